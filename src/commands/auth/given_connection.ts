import { ownCommand } from "../../cli/own_command.ts";
import { readTrimmed, type ReadVariable } from "../../config/environment.ts";
import type { FoundStateDir } from "../../config/find_state_dir.ts";
import type { PlatformUrl } from "../../config/platform_url.ts";
import { layered } from "../../config/settings_file.ts";
import type { CommandContext } from "../support/command.ts";
import { PromptCancelled, type Prompts } from "../support/prompt.ts";
import type { Arguments } from "../support/usage.ts";
import { askConnection } from "./ask_connection.ts";
import { type Connection, namedValues, readConnection } from "./connection.ts";
import {
  agentNameField,
  type Field,
  ORG_IS_TOKEN,
  orgIdField,
  platformUrlField,
  tokenField,
  workspaceIdField,
} from "./fields.ts";
import { readTypedUrl } from "./typed_url.ts";
import { shownUrl } from "../support/shown_value.ts";
import type { AskReplace } from "./ask_replace.ts";
import { LoginEnded } from "./login_ended.ts";
import { readStdin } from "./read_stdin.ts";

/** Everything that is needed, in a form that can be used. */
export interface Checked {
  readonly workspaceId: string;
  readonly platformUrl: PlatformUrl;
  readonly token: string;
  readonly orgId?: string;
  readonly agentName?: string;
}

/** What is set up and can be used: the environment's values or the file's. */
export function savedConnection(read: ReadVariable, { file }: FoundStateDir): Connection {
  const value = (name: string) => readTrimmed(layered(read, file), name);
  const usable = (text: string | undefined, check: (text: string) => Field<unknown>) =>
    text !== undefined && "value" in check(text) ? text : undefined;
  const fields = {
    workspaceId: usable(value("WORKSPACE_ID"), workspaceIdField),
    platformUrl: usable(value("PLATFORM_URL"), platformUrlField),
    orgId: usable(value("MOLECULE_ORG_ID") ?? value("MOLECULE_ORGANIZATION_ID"), orgIdField),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== undefined));
}

/**
 * The flags, what is typed or piped, and what is set up already, in this order.
 *
 * @throws {LoginEnded} when nobody can be asked and nothing can be read
 * @throws {PromptCancelled}
 */
export async function connectionOf(
  args: Arguments,
  { terminal, signal }: CommandContext,
  prompts: Prompts,
  saved: Connection,
  askReplace: AskReplace,
): Promise<Connection> {
  const flags = {
    workspaceId: args.text("workspace-id"),
    platformUrl: args.text("platform-url"),
    orgId: args.text("org-id"),
    agentName: args.text("agent-name"),
  };
  const given: Connection = Object.fromEntries(
    Object.entries(flags).filter(([, text]) => text !== undefined),
  );
  if (terminal.isInteractive) {
    return await prompts.during(() => askConnection(prompts, given, saved, askReplace));
  }
  if (Deno.stdin.isTerminal()) {
    throw new LoginEnded(
      "the token can only be asked for where stdin and stderr are both a terminal. Give it on " +
        `stdin:\n  ${ownCommand("auth login < token.txt")}`,
    );
  }
  const onSilence = () => terminal.note("Waiting for the token on stdin ...");
  const text = await readStdin(Deno.stdin, { signal, onSilence });
  if (signal.aborted) throw new PromptCancelled(true);
  if (text === undefined) {
    throw new LoginEnded(
      "cannot read the token from stdin: expected one line of UTF-8 text",
    );
  }
  // A line alone is the token, whatever it looks like.
  const isLine = !text.trim().includes("\n");
  const piped = (isLine ? namedValues(text) : readConnection(text)) ?? { token: text.trim() };
  const { workspaceId, platformUrl } = saved;
  const told = { ...piped, ...given };
  const page = readTypedUrl(told.platformUrl ?? "");
  if (page.isChanged) terminal.note(`The platform's address is ${shownUrl(page.url)}`);
  const ofPage = page.workspaceId === undefined ? {} : { workspaceId: page.workspaceId };
  return { workspaceId, platformUrl, ...ofPage, ...told };
}

/** @throws {LoginEnded} that names everything that is missing or wrong */
export function checkedConnection(connection: Connection): Checked {
  const missing = [
    ["--workspace-id ID", connection.workspaceId],
    ["--platform-url URL", connection.platformUrl],
    ["the token, on stdin", connection.token],
  ].filter(([, text]) => !text).map(([name]) => name);
  const problems: string[] = [];
  const value = <T>(name: string, text: string | undefined, check: (text: string) => Field<T>) => {
    if (!text) return undefined;
    const field = check(text);
    if ("value" in field) return field.value;
    problems.push(`${name}: ${field.problem}`);
    return undefined;
  };
  const workspaceId = value("workspace id", connection.workspaceId, workspaceIdField);
  const platformUrl = value("platform URL", connection.platformUrl, platformUrlField);
  const token = value("token", connection.token, tokenField);
  const orgId = value("organisation id", connection.orgId, orgIdField);
  if (orgId !== undefined && orgId === token) problems.push(`organisation id: ${ORG_IS_TOKEN}`);
  const agentName = value("agent name", connection.agentName, agentNameField);
  if (missing.length > 0) problems.unshift(`missing: ${missing.join("; ")}`);
  if (problems.length > 0 || !workspaceId || !platformUrl || !token) {
    throw new LoginEnded(`nothing was saved.\n  ${problems.join("\n  ")}`);
  }
  return {
    workspaceId,
    platformUrl,
    token,
    ...(orgId !== undefined && { orgId }),
    ...(agentName !== undefined && { agentName }),
  };
}
