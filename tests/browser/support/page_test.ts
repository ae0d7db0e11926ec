import { assert } from "@std/assert";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { field } from "../../../src/lib/json.ts";
import { PREFIX } from "../../../src/local/page/protocol.ts";
import { type LocalProcess, startLocal } from "../../cli/local_process.ts";
import { programCommand } from "../../e2e/program.ts";
import { ServerProcess } from "../../e2e/server_process.ts";
import { TestDir } from "../../support/test_dir.ts";
import { testUnless } from "../../support/test_unless.ts";
import { NO_CHROMIUM, startChromium } from "./chromium.ts";
import { Watch } from "./watched_page.ts";

/** So long a test waits for what should come at once. */
const PATIENCE_MS = 20_000;
const VIEWPORT = { width: 1280, height: 800 };

/** A `molecule-mcp local`, as it ships, and a browser. */
export class PageTest {
  /** The names of the user's own workspace and of one below it. */
  yourName = "";
  colleagueName = "";
  yourId = "";
  readonly context: BrowserContext;
  #local: LocalProcess;
  #isLinkUsed = false;
  #cookie = "";

  private constructor(
    readonly dir: TestDir,
    readonly browser: Browser,
    context: BrowserContext,
    readonly watch: Watch,
    local: LocalProcess,
  ) {
    this.context = context;
    this.#local = local;
  }

  /** Runs a test, and ends what it started. */
  static async run(
    fn: (test: PageTest) => Promise<void>,
    args: readonly string[] = [],
  ): Promise<void> {
    await using dir = await TestDir.make();
    await using local = await startLocal(dir.path, "--json", ...args);
    const browser = await startChromium();
    try {
      const context = await newContext(browser, { viewport: VIEWPORT });
      const watch = await Watch.over(context);
      const test = new PageTest(dir, browser, context, watch, local);
      await fn(test);
      watch.check();
      await test.#local.end();
    } finally {
      await browser.close();
    }
  }

  get url(): string {
    return this.#told("platform_url");
  }

  /** Opens the page: with the link at first, then with the session that it made. */
  async open(context = this.context): Promise<Page> {
    const page = await context.newPage();
    await page.goto(this.#isLinkUsed ? this.url : this.link());
    await page.locator(".page").waitFor();
    const names = await page.locator(".map-name strong").allInnerTexts();
    [this.yourName = "", this.colleagueName = ""] = names;
    this.yourId = this.#told("workspace_id");
    const cookies = await context.cookies();
    this.#cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    return page;
  }

  /** The link that `local` printed. */
  link(): string {
    this.#isLinkUsed = true;
    return this.#told("page_url");
  }

  /** A browser with other preferences, and the session of the first one if there is one. */
  async newContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const storageState = await this.context.storageState();
    return await newContext(this.browser, { storageState, ...options });
  }

  /** Writes to the user's own workspace, as a page does. */
  async say(text: string): Promise<void> {
    const body = new FormData();
    body.set("text", text);
    const path = `${PREFIX}workspaces/${this.#told("workspace_id")}/messages`;
    const answer = await fetch(`${this.url}${path}`, {
      method: "POST",
      headers: {
        Origin: this.url,
        Cookie: this.#cookie,
      },
      body,
    });
    const said = await answer.text();
    assert(answer.ok, said);
  }

  /** A heartbeat of the user's own agent, which says what it does. */
  async heartbeat(currentTask: string): Promise<void> {
    const workspace_id = this.#told("workspace_id");
    const beat = { workspace_id, uptime_seconds: 1, current_task: currentTask };
    await this.#asAgent("/registry/heartbeat", beat);
  }

  /** A request of the user's own agent, to the user unless it says otherwise. */
  async raise(request: {
    kind: string;
    title: string;
    detail?: string;
    recipient_type?: "agent";
    recipient_id?: string;
  }): Promise<void> {
    const body = { recipient_type: "user", ...request };
    await this.#asAgent(`/workspaces/${this.#told("workspace_id")}/requests`, body);
  }

  async #asAgent(path: string, body: object): Promise<void> {
    const { token } = JSON.parse(await Deno.readTextFile(this.#told("connection_file")));
    const answer = await fetch(this.url + path, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const said = await answer.text();
    assert(answer.ok, said);
  }

  /**
   * Starts the user's own agent: `molecule-mcp --local`, which needs no setting. Files of the test's
   * directory may be sent.
   */
  startServer(): Promise<ServerProcess> {
    const { path } = this.dir;
    const env = { HOME: path, USERPROFILE: path, MOLECULE_ATTACH_ROOTS: path };
    return ServerProcess.start(env, { command: [...programCommand(), "--local"] });
  }

  /** Kills the platform. */
  async kill(): Promise<void> {
    await this.#local.end("SIGKILL");
  }

  /** Starts another platform at the same address. */
  async startAgain(): Promise<void> {
    const { port } = new URL(this.url);
    this.#local = await startLocal(this.dir.path, "--json", `--port=${port}`);
    this.#isLinkUsed = false;
  }

  #told(name: string): string {
    const value = field(JSON.parse(this.#local.said), name);
    if (typeof value !== "string") throw new Error(`local did not say its ${name}`);
    return value;
  }
}

/**
 * Registers a test of the page; it fails also for what the page must never do (`Watch`).
 *
 * @param args of `local`
 */
export function pageTest(
  name: string,
  fn: (test: PageTest) => Promise<void>,
  args: readonly string[] = [],
): void {
  // The SDK's client leaves a timer when it ends (tests/e2e/whole_process.ts).
  const sanitizers = { sanitizeOps: false, sanitizeResources: false };
  testUnless(NO_CHROMIUM, { name, ...sanitizers, fn: () => PageTest.run(fn, args) });
}

async function newContext(
  browser: Browser,
  options: BrowserContextOptions,
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}
