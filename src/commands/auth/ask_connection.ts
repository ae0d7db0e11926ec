import { type Prompts } from "../support/prompt.ts";
import { shownUrl, shownValue, typedId, typedUrl } from "../support/shown_value.ts";
import { type Connection, isUnfinishedJson, readConnection } from "./connection.ts";
import { type Field, platformUrlField, tokenField, workspaceIdField } from "./fields.ts";

const WORDS: Readonly<Record<keyof Connection, string>> = {
  workspaceId: "workspace id",
  platformUrl: "platform URL",
  token: "token",
  orgId: "organisation id",
  agentName: "agent name",
};

/**
 * Asks for what is not given. The first question takes everything at once: what the canvas shows, or
 * what another client has.
 *
 * @param given by flags
 * @param saved offered at Enter
 * @throws {PromptCancelled}
 */
export async function askConnection(
  prompts: Prompts,
  given: Connection,
  saved: Connection,
): Promise<Connection> {
  let known: Connection = given;
  if (given.workspaceId === undefined) {
    prompts.note("Paste the connection that the canvas shows for your workspace (JSON or a");
    prompts.note("snippet of settings) and press Enter, or type the workspace's id.");
    known = { ...await askFirst(prompts, saved.workspaceId), ...given };
  }
  const workspaceId = await valueOf(prompts, known.workspaceId, workspaceIdField, {
    label: "Workspace id",
    saved: saved.workspaceId,
    shown: typedId,
    whole: shownValue,
  });
  const platformUrl = await valueOf(prompts, known.platformUrl, platformUrlField, {
    label: "Platform URL",
    saved: saved.platformUrl,
    shown: typedUrl,
    whole: shownUrl,
  });
  const token = await valueOf(prompts, known.token, tokenField, {
    label: "Token, from the canvas's Tokens tab (not shown)",
    whole: (text) => text === "" ? "" : `${text.length} characters`,
  });
  return { ...known, workspaceId, platformUrl, token };
}

/** Asks until there is anything in the answer. */
async function askFirst(prompts: Prompts, saved: string | undefined): Promise<Connection> {
  offer(prompts, saved, shownValue);
  while (true) {
    const text = await prompts.ask({
      label: "Connection or workspace id:",
      shown: typedId,
      answered: (text) => shownValue(text || (saved ?? "")),
      isUnfinished: isUnfinishedJson,
    });
    if (text === "" && saved !== undefined) return { workspaceId: saved };
    const found = readConnection(text);
    const names = Object.keys(found) as (keyof Connection)[];
    if (names.length > 0) {
      if (text.includes("\n") || names.length > 1 || names[0] !== "workspaceId") {
        prompts.note(`Found: ${names.map((name) => WORDS[name]).join(", ")}.`);
      }
      return found;
    }
    if (text !== "") prompts.note("There is no workspace id, platform URL or token in that.");
  }
}

/** A value that can be used: the given one, or the answer to a question. @returns its text */
async function valueOf(
  prompts: Prompts,
  given: string | undefined,
  check: (text: string) => Field<unknown>,
  question: {
    readonly label: string;
    readonly saved?: string;
    readonly shown?: (text: string) => string;
    /** The answer, or what is saved, as it may be shown. */
    readonly whole: (text: string) => string;
  },
): Promise<string> {
  const { label, saved, shown, whole } = question;
  const answered = (text: string) =>
    text === "" && saved === undefined ? "" : whole(text || (saved ?? ""));
  if (given === undefined) offer(prompts, saved, whole);
  for (let text = given;; text = undefined) {
    text ??= await prompts.ask({ label: `${label}:`, shown, answered }) || saved;
    if (text === undefined) continue;
    const found = check(text);
    if ("value" in found) return text;
    prompts.note(`${capital(found.problem)}.`);
  }
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function offer(prompts: Prompts, saved: string | undefined, whole: (text: string) => string): void {
  if (saved !== undefined) prompts.note(`Enter alone keeps ${whole(saved)}`);
}
