import { InboundSecretStore } from "../../auth/inbound_secret.ts";
import { TokenStore } from "../../auth/token_store.ts";
import { bypassProxy } from "../../cli/bypass_proxy.ts";
import { EXIT } from "../../cli/exit_codes.ts";
import { readTrimmed, type ReadVariable } from "../../config/environment.ts";
import type { PlatformUrl } from "../../config/platform_url.ts";
import { bypassesProxy, parseProxy } from "../../config/proxy.ts";
import { textField } from "../../lib/json.ts";
import { listActivity } from "../../platform/api/activity.ts";
import { listPeers } from "../../platform/api/registry.ts";
import { Access } from "../../platform/client/access.ts";
import { PlatformClient } from "../../platform/client/client.ts";
import { readRecord } from "../../platform/client/workspace_record.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";

/** A workspace and the token that it is to be checked with. */
export interface CheckedWorkspace {
  readonly id: string;
  readonly platformUrl: PlatformUrl;
  readonly orgId?: string;
  /** Call the platform without the proxy that the environment may name: `goesDirectly`. */
  readonly bypassProxy?: boolean;
  /** Fit for a header (src/config/token_text.ts). */
  readonly token: string;
}

/** What the platform says to a token. Each message is a sentence, cleaned and without a secret. */
export type PlatformCheck =
  | {
    readonly outcome: "accepted";
    /** The workspace's name, cleaned: one line. */
    readonly name?: string;
    /** The workspace's status, as its record has it. */
    readonly status?: string;
    /** How many workspaces it may talk to; absent when the platform did not say. */
    readonly peers?: number;
  }
  | {
    readonly outcome:
      /** The platform does not take the token. */
      | "refused"
      /** The workspace was removed, and its tokens with it. */
      | "removed"
      /** The platform has no workspace of this id, or it is no id at all. */
      | "absent"
      /** A hosted platform wants an organisation id, or another one. */
      | "org_wanted"
      /** Something answered that is not a platform: a web page, a redirect. */
      | "not_platform"
      /** No answer, or none that says anything: the network, an outage, too many requests. */
      | "unreachable"
      /** The signal fired. */
      | "cancelled";
    readonly message: string;
  };

const TIMEOUT_MS = 10_000;
const MAX_REPLY_BYTES = 1024 * 1024;
const MAX_NAME = 100;

/**
 * Asks the platform whether it takes a token for a workspace, with reading calls only: it does not
 * register, so nobody sees the workspace come online.
 *
 * The workspace's own record comes first, without the token: what answers there is a platform that
 * has the workspace before it sees the secret. Then one of the workspace's own routes, the only ones
 * whose success proves a token (src/platform/API.md, "Tokens"), and the peers beside it.
 *
 * @param options.timeoutMs for everything together
 * @returns never throws for what the platform or the network does
 */
export async function checkPlatform(
  workspace: CheckedWorkspace,
  options: { readonly signal: AbortSignal; readonly timeoutMs?: number },
): Promise<PlatformCheck> {
  const { timeoutMs = TIMEOUT_MS } = options;
  const overdue = new AbortController();
  const timer = setTimeout(() => overdue.abort(), timeoutMs);
  const signal = AbortSignal.any([options.signal, overdue.signal]);
  bypassProxy([{ ...workspace }]);
  const open = clientFor(workspace, undefined);
  const withToken = clientFor(workspace, workspace.token);
  try {
    return await ask(open, withToken, timeoutMs, signal);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    if (options.signal.aborted) return { outcome: "cancelled", message: "Interrupted." };
    return overdue.signal.aborted
      ? { outcome: "unreachable", message: silent(workspace, timeoutMs) }
      : failed(error, workspace);
  } finally {
    clearTimeout(timer);
    open.close();
    withToken.close();
  }
}

/** The exit code of a command that did not get what it came for. */
export function exitCodeOf({ outcome }: PlatformCheck): number {
  switch (outcome) {
    case "accepted":
      return EXIT.ok;
    case "refused":
    case "removed":
      return EXIT.refused;
    case "absent":
    case "org_wanted":
    case "not_platform":
      return EXIT.configuration;
    case "unreachable":
    case "cancelled":
      return EXIT.failed;
  }
}

/** Whether this platform is to be called without the proxy that the environment names. */
export function goesDirectly(platformUrl: PlatformUrl, read: ReadVariable): boolean {
  return bypassesProxy(platformUrl, parseProxy((name) => readTrimmed(read, name)));
}

async function ask(
  open: PlatformClient,
  withToken: PlatformClient,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<PlatformCheck> {
  const { id, origin } = open.workspace;
  const info = await readRecord(open, timeoutMs, signal);
  switch (info.state) {
    case "removed": {
      const hint = cleanLine(info.hint, 2 * MAX_NAME);
      const message = `Workspace ${id} was removed from the platform.`;
      return { outcome: "removed", message: hint === undefined ? message : `${message} ${hint}` };
    }
    case "absent":
      return { outcome: "absent", message: `${origin} has no workspace ${id}.` };
    case "no_id":
      return {
        outcome: "absent",
        message: `${id} is not the id of a workspace: that is a UUID, shown on the canvas.`,
      };
  }
  const query = { limit: 1, maxReplyBytes: MAX_REPLY_BYTES };
  const [own, peers] = await Promise.allSettled([
    listActivity(withToken, query, signal),
    listPeers(withToken, signal),
  ]);
  if (own.status === "rejected") throw own.reason;
  const name = cleanLine(textField(info.record, "name") ?? "", MAX_NAME);
  const status = cleanLine(textField(info.record, "status") ?? "", MAX_NAME);
  return {
    outcome: "accepted",
    ...(name !== undefined && { name }),
    ...(status !== undefined && { status }),
    // The token is taken: that the peers cannot be listed now is no reason to refuse it.
    ...(peers.status === "fulfilled" && { peers: peers.value.length }),
  };
}

function failed(error: PlatformError, { orgId, platformUrl }: CheckedWorkspace): PlatformCheck {
  // What the client makes of a refusal speaks of a server that keeps running.
  const said = error.kind === "unauthorized" && error.cause instanceof PlatformError
    ? error.cause
    : error;
  const message = `${said.message.replace(/\.$/, "")}.`;
  switch (error.kind) {
    case "unauthorized":
    case "forbidden":
      return { outcome: "refused", message };
    case "not_routed":
      // Only the platform's own guard answers with nothing, or by this name.
      return typeof error.body === "string" && error.body.trim() !== ""
        ? { outcome: "not_platform", message }
        : { outcome: "org_wanted", message: orgWanted(platformUrl.origin, orgId) };
    case "redirected":
    case "malformed":
    case "rejected":
      return { outcome: "not_platform", message };
    default:
      return { outcome: "unreachable", message };
  }
}

function orgWanted(origin: string, orgId: string | undefined): string {
  return orgId === undefined
    ? `${origin} did not let the request in. A hosted platform wants the organisation's id.`
    : `${origin} did not let the request in: the organisation's id is another one, or the ` +
      "platform's address is.";
}

function silent({ platformUrl }: CheckedWorkspace, timeoutMs: number): string {
  return `${platformUrl.origin} did not answer within ${
    timeoutMs / 1000
  } s. Try again; if it keeps ` +
    "happening, check the platform's status and the network.";
}

function clientFor(workspace: CheckedWorkspace, token: string | undefined): PlatformClient {
  const { id, platformUrl, orgId, bypassProxy } = workspace;
  const report = () => {}; // The token was looked at before; no file is read or written.
  const called = {
    id,
    baseUrl: platformUrl.base,
    origin: platformUrl.origin,
    orgId,
    bypassProxy,
    tokens: new TokenStore({ inlineToken: token, inlineName: "the token", report }),
    inboundSecret: new InboundSecretStore({ filePath: "", report }),
  };
  // The record is read here: a refused call need not look at it again.
  const access = new Access(called, () => Promise.resolve({ state: "present", record: {} }));
  return new PlatformClient(called, { access });
}
