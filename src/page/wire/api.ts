import type {
  ChatMessage,
  CreatedToken,
  FaultName,
  MessagePage,
  Refusal,
  RequestAnswer,
  TokenView,
} from "../../local/page/protocol.ts";
import { PREFIX } from "../../local/page/protocol.ts";

/** The platform said no. Its message is for people. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";

  /** @param status Of the answer. */
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** What the page asks of the platform. Every call rejects with a text for people. */
export interface Api {
  /** Exchanges the one-time key for the session's cookie. */
  readonly openSession: (key: string) => Promise<void>;
  /** Whether the platform knows this page's session. */
  readonly hasSession: () => Promise<boolean>;
  readonly messages: (id: string, limit: number, before?: number) => Promise<MessagePage>;
  readonly send: (id: string, text: string, files: readonly File[]) => Promise<ChatMessage>;
  readonly tokens: (id: string) => Promise<readonly TokenView[]>;
  readonly createToken: (id: string) => Promise<CreatedToken>;
  readonly revokeToken: (id: string, tokenId: string) => Promise<void>;
  readonly rotate: (id: string) => Promise<void>;
  readonly respond: (requestId: string, action: RequestAnswer["action"]) => Promise<void>;
  readonly ask: (requestId: string, body: string) => Promise<void>;
  readonly cancel: (requestId: string) => Promise<void>;
  readonly setFault: (name: FaultName, isOn: boolean) => Promise<void>;
  readonly play: () => Promise<void>;
}

/** The platform that this page came from. */
export const api: Api = {
  openSession: (key) => call("session", asJson({ key })),
  hasSession: async () => {
    const leave = new AbortController();
    const { status } = await fetched("events", { signal: leave.signal });
    leave.abort();
    return status !== 401;
  },
  messages: (id, limit, before) => {
    const query = new URLSearchParams({ limit: String(limit) });
    if (before !== undefined) query.set("before", String(before));
    return call(`${ofWorkspace(id)}/messages?${query}`);
  },
  send: (id, text, files) => {
    const body = new FormData();
    body.set("text", text);
    for (const file of files) body.append("file", file, file.name);
    return call(`${ofWorkspace(id)}/messages`, { method: "POST", body });
  },
  tokens: (id) => call(`${ofWorkspace(id)}/tokens`),
  createToken: (id) => call(`${ofWorkspace(id)}/tokens`, { method: "POST" }),
  revokeToken: (id, tokenId) =>
    call(`${ofWorkspace(id)}/tokens/${encodeURIComponent(tokenId)}/revoke`, { method: "POST" }),
  rotate: (id) => call(`${ofWorkspace(id)}/rotate`, { method: "POST" }),
  respond: (id, action) => call(`${ofRequest(id)}/respond`, asJson({ action })),
  ask: (id, body) => call(`${ofRequest(id)}/messages`, asJson({ body })),
  cancel: (id) => call(`${ofRequest(id)}/cancel`, { method: "POST" }),
  setFault: (name, isOn) => call(`faults/${name}`, asJson({ isOn })),
  play: () => call("play", { method: "POST" }),
};

/** Where a file of a message is. */
export function fileAddress(workspaceId: string, fileId: string): string {
  return `${PREFIX}${ofWorkspace(workspaceId)}/files/${encodeURIComponent(fileId)}`;
}

function ofWorkspace(id: string): string {
  return `workspaces/${encodeURIComponent(id)}`;
}

function ofRequest(id: string): string {
  return `requests/${encodeURIComponent(id)}`;
}

function asJson(body: unknown): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

/** The type is what the protocol promises: page and platform are built and shipped together. */
async function call<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetched(path, init);
  const text = await response.text();
  if (!response.ok) throw new RefusedError(response.status, reason(response.status, text));
  return text === "" ? undefined as Answer : JSON.parse(text);
}

async function fetched(path: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(PREFIX + path, { ...init, cache: "no-store" });
  } catch (error) {
    throw new Error("The platform did not answer. Is `molecule-mcp local` still running?", {
      cause: error,
    });
  }
}

function reason(status: number, text: string): string {
  try {
    const { error }: Partial<Refusal> = JSON.parse(text);
    if (typeof error === "string" && error !== "") return error;
  } catch {
    // Not from the page's API: the status has to do.
  }
  return `The platform refused with status ${status}.`;
}
