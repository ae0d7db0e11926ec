import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { pageAssets } from "../../../scripts/bundle/page.ts";
import type { PageAssets } from "../../../src/local/page/assets.ts";
import type { PageOptions } from "../../../src/local/page/page_options.ts";
import { type LocalPlatform, startLocalPlatform } from "../../../src/local/start.ts";
import { VERSION } from "../../../src/version.ts";
import { dependencyFlags } from "../../e2e/program.ts";
import { TestDir } from "../../support/test_dir.ts";
import { testUnless } from "../../support/test_unless.ts";
import { NO_CHROMIUM, startChromium } from "./chromium.ts";
import { Watch } from "./watched_page.ts";

/** The user's own workspace. */
export const YOURS = "11111111-1111-4111-8111-111111111111";
/** So long a test waits for what should come at once. */
const PATIENCE_MS = 15_000;

let assets: Promise<PageAssets> | undefined;

/** A platform with its page, and a browser that has nothing open. */
export class PageTest {
  /** Of the colleague below the user's workspace. */
  echoId = "";
  #token = "";

  constructor(
    readonly platform: LocalPlatform,
    readonly browser: Browser,
    readonly context: BrowserContext,
    readonly watch: Watch,
    readonly dir: TestDir,
  ) {}

  /** Opens the page with a fresh link. */
  async open(context = this.context): Promise<Page> {
    const page = await context.newPage();
    await page.goto(this.platform.newPageLink());
    await page.locator(".page").waitFor();
    return page;
  }

  /** Another browser, or the same one with other preferences. */
  async newContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext(options);
    context.setDefaultTimeout(PATIENCE_MS);
    return context;
  }

  /** The user's workspace and one below it. */
  async populate(): Promise<void> {
    const { platform } = this;
    const yours = { id: YOURS, name: "My agent", role: "does what you say" };
    this.#token = (await platform.createWorkspace({ ...yours, deliveryMode: "poll" })).token;
    const echo = { name: "Echo", role: "says what it was told", parentId: YOURS };
    const { id } = await platform.createWorkspace({
      ...echo,
      deliveryMode: "poll",
      status: "online",
    });
    this.echoId = id;
  }

  /** The environment of a program that is the user's workspace. */
  get env(): Record<string, string> {
    return {
      WORKSPACE_ID: YOURS,
      PLATFORM_URL: this.platform.url,
      MOLECULE_WORKSPACE_TOKEN: this.#token,
      CONFIGS_DIR: this.dir.path,
      WORKSPACE_CONFIG_PATH: this.dir.path,
    };
  }
}

/** Registers a test of the page; it fails also for what the page must never do (`Watch`). */
export function pageTest(
  name: string,
  fn: (test: PageTest) => Promise<void>,
  page: Partial<PageOptions> = {},
): void {
  // The SDK's client leaves a timer when it ends (tests/e2e/whole_process.ts).
  const sanitizers = { sanitizeOps: false, sanitizeResources: false };
  const run = async () => {
    assets ??= pageAssets(dependencyFlags());
    await using dir = await TestDir.make();
    const platform = await startLocalPlatform({
      rateLimit: { requests: 1_000_000, windowMs: 60_000 },
      page: {
        version: VERSION,
        yourWorkspaceId: YOURS,
        assets: await assets,
        saveToken: async (token) => void await dir.write(".auth_token", token),
        ...page,
      },
    });
    const browser = await startChromium();
    try {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      context.setDefaultTimeout(PATIENCE_MS);
      const watch = await Watch.over(context);
      const test = new PageTest(platform, browser, context, watch, dir);
      await test.populate();
      await fn(test);
      watch.check();
    } finally {
      await browser.close();
      await platform.close();
    }
  };
  testUnless(NO_CHROMIUM, { name, ...sanitizers, fn: run });
}
