/**
 * What a page can ask for (`protocol.ts`): each path, and what answers it.
 *
 * @module
 */
import * as z from "zod/mini";
import { isUuid } from "../../lib/uuid.ts";
import { json, mediaType } from "../server/http.ts";
import type { CallerConnection } from "../server/relay.ts";
import { inWords, readJson } from "./body.ts";
import { download } from "./chat_files.ts";
import { readMessage } from "./message_form.ts";
import type { Page } from "./page.ts";
import { Refused } from "./refused.ts";
import type { Session } from "./secrets.ts";

const DEFAULT_MESSAGES = 100;
const MAX_MESSAGES = 1_000;

/** A request that was let in. */
interface Asked {
  readonly page: Page;
  readonly request: Request;
  readonly session: Session;
  readonly connection: CallerConnection | undefined;
  /** Of the path's `*`, in their order. */
  readonly params: readonly string[];
}

type Answer = (asked: Asked) => Response | Promise<Response>;

const ROUTES: readonly (readonly [method: string, path: string, answer: Answer])[] = [
  ["GET", "events", events],
  ["GET", "workspaces/*/messages", listMessages],
  ["POST", "workspaces/*/messages", sendMessage],
  ["GET", "workspaces/*/files/*", getFile],
  ["GET", "workspaces/*/tokens", (asked) => json(200, asked.page.tokens.list(workspaceOf(asked)))],
  ["POST", "workspaces/*/tokens", createToken],
  ["POST", "workspaces/*/tokens/*/revoke", revokeToken],
  ["POST", "workspaces/*/rotate", rotate],
  ["POST", "requests/*/respond", respond],
  ["POST", "requests/*/messages", askBack],
  ["POST", "requests/*/cancel", cancelRequest],
  ["POST", "faults/*", switchFault],
  ["POST", "play", startPlay],
];

/**
 * Answers a request that was let in.
 *
 * @param path Below the prefix
 * @throws {Refused}
 */
export async function answerRoute(
  asked: Omit<Asked, "params">,
  path: string,
): Promise<Response> {
  for (const [method, pattern, answer] of ROUTES) {
    const params = method === asked.request.method ? paramsOf(pattern, path) : undefined;
    if (params) return await answer({ ...asked, params });
  }
  throw new Refused(404, "There is nothing here.");
}

function events({ page, session, connection }: Asked): Response {
  const first = { type: "snapshot", snapshot: page.snapshot() } as const;
  const body = page.listeners.open(first, () => connection?.drop(), session.signal);
  page.opened();
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

function listMessages(asked: Asked): Response {
  const id = workspaceOf(asked);
  const query = new URL(asked.request.url).searchParams;
  const limit = Math.min(numberOf(query, "limit") ?? DEFAULT_MESSAGES, MAX_MESSAGES);
  return json(200, asked.page.chats.page(id, limit, numberOf(query, "before")));
}

async function sendMessage(asked: Asked): Promise<Response> {
  const { page, request } = asked;
  const id = workspaceOf(asked);
  if (mediaType(request.headers) !== "multipart/form-data") {
    throw new Refused(415, "A message is sent as a form.");
  }
  const message = await readMessage(request, page.limits);
  const bytes = message.files.reduce((sum, { size }) => sum + size, page.chats.sentFileBytes);
  if (message.files.length > 0 && bytes > page.limits.storedFileBytes) {
    const most = inWords(page.limits.storedFileBytes);
    throw new Refused(507, `The files would be too large together: at most ${most} are kept.`);
  }
  return json(201, await page.writer.send(id, message));
}

function getFile(asked: Asked): Response {
  const { page, params: [, fileId = ""] } = asked;
  const id = workspaceOf(asked);
  const upload = isUuid(fileId) ? page.store.upload(id, fileId) : undefined;
  if (!upload) throw new Refused(404, "The platform does not have this file.");
  return download(page.chats.file(id, upload.id)?.name ?? upload.name, upload.content);
}

async function createToken(asked: Asked): Promise<Response> {
  return json(201, await asked.page.tokens.create(workspaceOf(asked)));
}

function revokeToken(asked: Asked): Response {
  const { page, params: [, tokenId = ""] } = asked;
  page.tokens.revoke(workspaceOf(asked), tokenId);
  return done();
}

async function rotate(asked: Asked): Promise<Response> {
  await asked.page.tokens.rotate(workspaceOf(asked));
  return done();
}

async function respond({ page, request, params: [id = ""] }: Asked): Promise<Response> {
  const shape = z.object({ action: z.enum(["done", "approved", "rejected"]) });
  const { action } = await readJson(request, page.limits.requestBytes, shape);
  await page.requests.respond(id, action);
  return done();
}

async function askBack({ page, request, params: [id = ""] }: Asked): Promise<Response> {
  const shape = z.object({ body: z.string() });
  const { body } = await readJson(request, page.limits.textBytes, shape);
  await page.requests.ask(id, body);
  return done();
}

async function cancelRequest({ page, params: [id = ""] }: Asked): Promise<Response> {
  await page.requests.cancel(id);
  return done();
}

async function switchFault({ page, request, params: [name = ""] }: Asked): Promise<Response> {
  const shape = z.object({ isOn: z.boolean() });
  const { isOn } = await readJson(request, page.limits.requestBytes, shape);
  if (!page.faults.has(name)) throw new Refused(404, "There is no such fault.");
  page.faults.set(name, isOn);
  page.listeners.tell({ type: "faults", faults: page.faults.views() });
  return done();
}

function startPlay({ page }: Asked): Response {
  page.startPlay();
  return new Response(null, { status: 202 });
}

function done(): Response {
  return new Response(null, { status: 204 });
}

/** The workspace that the path begins with. @throws {Refused} when there is none */
function workspaceOf({ page, params: [id = ""] }: Asked): string {
  if (isUuid(id) && page.store.workspace(id)) return id.toLowerCase();
  throw new Refused(404, "There is no such workspace.");
}

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new Refused(400, `\`${name}\` must be a number.`);
  return Number(text);
}

function paramsOf(pattern: string, path: string): string[] | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  if (!wanted.every((part, i) => part === "*" || part === given[i])) return undefined;
  return given.filter((_, i) => wanted[i] === "*");
}
