/**
 * A browser, as far as the page's side of the platform can tell: its headers, its cookie, its event
 * streams.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { connect } from "node:net";
import { type PageEvent, PREFIX } from "../../../src/local/page/protocol.ts";
import {
  type LocalPlatform,
  type LocalPlatformOptions,
  startLocalPlatform,
} from "../../../src/local/start.ts";
import type { PageOptions } from "../../../src/local/page/page_options.ts";
import { type Answer, Caller, readAnswer } from "../support.ts";

/** The user's own workspace. */
export const YOURS = "11111111-1111-4111-8111-111111111111";
const ASSETS = { html: "<!doctype html>", js: "// code", css: "/* style */", icon: "<svg/>" };

/** A platform with a page, the user's workspace and a colleague below it. */
export interface PageTeam extends AsyncDisposable {
  platform: LocalPlatform;
  you: Caller;
  colleague: Caller;
}

/**
 * Starts a {@linkcode PageTeam}.
 *
 * @param workspaces "as it is": those of the store that is given; nobody has their tokens
 */
export async function startPage(
  page: Partial<PageOptions> = {},
  options: LocalPlatformOptions = {},
  workspaces: "new" | "as it is" = "new",
): Promise<PageTeam> {
  const platform = await startLocalPlatform({
    ...options,
    page: { version: "1.2.3", yourWorkspaceId: YOURS, assets: ASSETS, ...page },
  });
  const common = { deliveryMode: "poll", status: "online" } as const;
  const create = async (workspace: { id?: string; name: string; parentId?: string }) => {
    if (workspaces === "as it is") return new Caller(platform, workspace.id ?? "", undefined);
    const { id, token } = await platform.createWorkspace({ ...common, ...workspace });
    return new Caller(platform, id, token);
  };
  return {
    platform,
    you: await create({ id: YOURS, name: "You" }),
    colleague: await create({ name: "Echo", parentId: YOURS }),
    [Symbol.asyncDispose]: () => platform.close(),
  };
}

/** A browser with the page open, which was let in. */
export class Browser {
  cookie = "";

  constructor(readonly platform: Pick<LocalPlatform, "url">) {}

  /** Opens the page of a platform in this process. */
  static open(platform: LocalPlatform): Promise<Browser> {
    return Browser.enter(platform.newPageLink());
  }

  /** Opens the page by a link, of whatever process. */
  static async enter(link: string): Promise<Browser> {
    const browser = new Browser({ url: new URL(link).origin });
    const answer = await browser.present(keyOf(link));
    assertEquals([answer.status, answer.text], [204, ""]);
    return browser;
  }

  /** Exchanges a key for a session. */
  async present(key: string): Promise<Answer> {
    const answer = await this.post("session", { key });
    const cookie = answer.headers.get("Set-Cookie");
    if (cookie !== null) this.cookie = cookie.split(";", 1)[0] ?? "";
    return answer;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask("GET", path, null, headers);
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const isJson = body !== undefined && !(body instanceof FormData);
    const type: Record<string, string> = isJson ? { "Content-Type": "application/json" } : {};
    const content = body instanceof FormData ? body : isJson ? JSON.stringify(body) : null;
    return this.ask("POST", path, content, { Origin: this.platform.url, ...type, ...headers });
  }

  /** Writes to a workspace. */
  write(workspaceId: string, text: string, files: readonly File[] = []): Promise<Answer> {
    const form = new FormData();
    form.set("text", text);
    for (const file of files) form.append("file", file);
    return this.post(`workspaces/${workspaceId}/messages`, form);
  }

  async ask(
    method: string,
    path: string,
    body: BodyInit | null,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return await readAnswer(await this.fetch(path, { method, body, headers }));
  }

  fetch(path: string, init: RequestInit & { headers?: Record<string, string> }): Promise<Response> {
    const headers = { "Sec-Fetch-Site": "same-origin", Cookie: this.cookie, ...init.headers };
    return fetch(this.platform.url + PREFIX + path, { ...init, headers });
  }

  /** Listens. */
  async listen(): Promise<Events> {
    const abort = new AbortController();
    const response = await this.fetch("events", { signal: abort.signal });
    assertEquals(response.status, 200);
    return new Events(response, abort);
  }
}

/** A page's event stream. */
export class Events implements AsyncDisposable {
  #text = "";
  readonly #reader: ReadableStreamDefaultReader<string>;

  constructor(readonly response: Response, readonly abort: AbortController) {
    assert(response.body);
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next event; undefined at the end. */
  async next(): Promise<PageEvent | undefined> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end >= 0) {
        const block = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        const [, type, data = ""] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
        if (type === undefined) continue;
        const event: PageEvent = JSON.parse(data);
        assertEquals(event.type, type);
        return event;
      }
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#text += value;
    }
  }

  /** The next event of a type. */
  async of<T extends PageEvent["type"]>(type: T): Promise<Extract<PageEvent, { type: T }>> {
    for (;;) {
      const event = await this.next();
      assert(event, `The stream ended before an event of type ${type}`);
      if (isOf(event, type)) return event;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel().catch(() => {}); // It may have been cut.
  }
}

function isOf<T extends PageEvent["type"]>(
  event: PageEvent,
  type: T,
): event is Extract<PageEvent, { type: T }> {
  return event.type === type;
}

/** The key of a link. */
export function keyOf(link: string): string {
  const key = new URL(link).hash.replace(/^#key=/, "");
  assert(/^[\w-]{43}$/.test(key), "Expected a key");
  return key;
}

/** Sends bytes as no browser would, and reads the first of the answer. */
export async function sendRaw(port: number, request: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1");
  socket.on("data", (chunk) => {
    text += chunk;
    if (text.includes("\r\n\r\n")) socket.destroy();
  });
  socket.on("error", reject);
  socket.on("close", () => resolve(text));
  socket.write(request, "latin1");
  return await promise;
}
