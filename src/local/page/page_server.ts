/**
 * The page over HTTP: who may ask, and the way in.
 *
 * @module
 */
import * as z from "zod/mini";
import { fail } from "../server/http.ts";
import type { CallerConnection } from "../server/relay.ts";
import { StoreError } from "../state/store.ts";
import { readJson } from "./body.ts";
import { protect, refuseForeignHost, refuseForeignPage, SessionCookie } from "./guards.ts";
import type { Page } from "./page.ts";
import type { PageOptions } from "./page_options.ts";
import { answerRoute } from "./page_routes.ts";
import { PREFIX, type SessionRequest } from "./protocol.ts";
import { Refused } from "./refused.ts";
import { OneTimeKeys, Sessions } from "./secrets.ts";
import { StaticFiles } from "./static_files.ts";

const NOT_LET_IN =
  "This browser is not let in. Press Enter where `molecule-mcp local` runs: it shows a fresh link.";
const sessionRequest = z.object({ key: z.string() });

/** Where the page is, and who hears of what fails here. */
export interface PageServerSettings {
  readonly port: number;
  readonly nowMs: () => number;
  readonly options: Pick<PageOptions, "assets">;
  readonly report: (error: unknown) => void;
}

/** Answers what a browser asks for. */
export class PageServer {
  readonly #page: Page;
  readonly #port: number;
  readonly #report: (error: unknown) => void;
  readonly #keys: OneTimeKeys;
  readonly #cookie: SessionCookie;
  readonly #files: StaticFiles;

  constructor(page: Page, { port, nowMs, options, report }: PageServerSettings) {
    this.#page = page;
    this.#port = port;
    this.#report = report;
    this.#keys = new OneTimeKeys(nowMs);
    this.#cookie = new SessionCookie(port, new Sessions(page.limits.sessions));
    this.#files = new StaticFiles(options.assets);
  }

  /**
   * The page's address with a key that lets one browser in, within ten minutes. No server and no
   * `Referer` sees the key: a browser keeps what stands behind `#` to itself.
   */
  newLink(): string {
    return `http://127.0.0.1:${this.#port}/#key=${this.#keys.make()}`;
  }

  /**
   * Answers what is the page's. Undefined: it is a request of an agent. A request by another name
   * than this machine's own is refused, whoever's it is.
   */
  async answer(
    request: Request,
    connection: CallerConnection | undefined,
  ): Promise<Response | undefined> {
    const foreign = refuseForeignHost(request.headers, this.#port);
    if (foreign) return protect(foreign);
    const { pathname } = new URL(request.url);
    if (pathname !== "/" && !pathname.startsWith("/local/")) return undefined;
    return protect(await this.#answer(request, pathname, connection));
  }

  async #answer(
    request: Request,
    path: string,
    connection: CallerConnection | undefined,
  ): Promise<Response> {
    const file = await this.#files.answer(request, path);
    if (file) return file;
    try {
      if (!path.startsWith(PREFIX)) throw new Refused(404, "There is nothing here.");
      return refuseForeignPage(request) ??
        await this.#ask(request, path.slice(PREFIX.length), connection);
    } catch (error) {
      if (error instanceof Refused) return fail(error.status, error.message);
      if (!(error instanceof StoreError)) this.#report(error);
      return fail(500, "The platform failed at this.");
    }
  }

  async #ask(
    request: Request,
    path: string,
    connection: CallerConnection | undefined,
  ): Promise<Response> {
    if (path === "session" && request.method === "POST") return await this.#openSession(request);
    const session = this.#cookie.find(request.headers);
    if (!session) throw new Refused(401, NOT_LET_IN);
    return await answerRoute({ page: this.#page, request, session, connection }, path);
  }

  async #openSession(request: Request): Promise<Response> {
    const { requestBytes } = this.#page.limits;
    const { key }: SessionRequest = await readJson(request, requestBytes, sessionRequest);
    if (!this.#keys.use(key)) throw new Refused(401, NOT_LET_IN);
    return new Response(null, { status: 204, headers: { "Set-Cookie": this.#cookie.open() } });
  }
}
