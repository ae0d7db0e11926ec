import type { BrowserContext, Page } from "playwright-core";
import { pageAssets } from "../../../scripts/bundle/page.ts";
import {
  type LocalPlatform,
  type PageOptions,
  startLocalPlatform,
} from "../../../src/local/start.ts";
import { VERSION } from "../../../src/version.ts";
import { dependencyFlags } from "../../e2e/program.ts";
import { TestDir } from "../../support/test_dir.ts";
import { testUnless } from "../../support/test_unless.ts";
import { NO_CHROMIUM, startChromium } from "./chromium.ts";
import { Watch } from "./watched_page.ts";

/** The user's own workspace. */
export const YOURS = "11111111-1111-4111-8111-111111111111";

/** The page of a platform in this process, which can be given what `local` has no way to get. */
export interface EmbeddedPage {
  readonly platform: LocalPlatform;
  readonly context: BrowserContext;
  readonly watch: Watch;
  readonly dir: TestDir;
  /** Of the user's workspace. */
  readonly token: string;
  /** Another browser. */
  readonly newContext: () => Promise<BrowserContext>;
  /** Opens the page with a fresh link. */
  readonly open: (context?: BrowserContext) => Promise<Page>;
}

/** Registers a test of the page of a platform in this process. */
export function embeddedPageTest(
  name: string,
  fn: (test: EmbeddedPage) => Promise<void>,
  options: Partial<PageOptions> = {},
): void {
  const sanitizers = { sanitizeOps: false, sanitizeResources: false };
  testUnless(NO_CHROMIUM, { name, ...sanitizers, fn: () => run(fn, options) });
}

async function run(
  fn: (test: EmbeddedPage) => Promise<void>,
  options: Partial<PageOptions>,
): Promise<void> {
  await using dir = await TestDir.make();
  const assets = await pageAssets(dependencyFlags());
  const platform = await startLocalPlatform({
    page: { version: VERSION, yourWorkspaceId: YOURS, assets, ...options },
  });
  const yours = { id: YOURS, name: "My agent", role: "does what you say" };
  const { token } = await platform.createWorkspace({ ...yours, deliveryMode: "poll" });
  const browser = await startChromium();
  try {
    const newContext = () => browser.newContext({ viewport: { width: 1280, height: 800 } });
    const context = await newContext();
    const watch = await Watch.over(context);
    const open = async (where = context) => {
      const page = await where.newPage();
      await page.goto(platform.newPageLink());
      await page.locator(".page").waitFor();
      return page;
    };
    await fn({ platform, context, watch, dir, token, newContext, open });
    watch.check();
  } finally {
    await browser.close();
    await platform.close();
  }
}
