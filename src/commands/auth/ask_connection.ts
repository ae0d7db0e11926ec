import type { PlatformUrl } from "../../config/platform_url.ts";
import { type Prompts } from "../support/prompt.ts";
import { shownUrl, shownValue, typedId, typedUrl } from "../support/shown_value.ts";
import type { AskReplace } from "./ask_replace.ts";
import { type Connection, isUnfinishedJson, namedValues, readConnection } from "./connection.ts";
import { type Field, platformUrlField, tokenField, workspaceIdField } from "./fields.ts";
import { readTypedUrl } from "./typed_url.ts";
import { sentence } from "./words.ts";

type Name = keyof Connection;

const WORDS: Readonly<Record<Name, string>> = {
  workspaceId: "workspace id",
  platformUrl: "platform URL",
  token: "token",
  orgId: "organisation id",
  agentName: "agent name",
};
const FLAGS: Readonly<Partial<Record<Name, string>>> = {
  workspaceId: "--workspace-id",
  platformUrl: "--platform-url",
};
/** Words on one line, as people name a workspace. */
const LIKE_A_NAME = /^\p{L}[\p{L}\p{N} _-]{0,60}$/u;
const TOKEN_QUESTION = {
  name: "token",
  label: "Token, from the canvas's Tokens tab (not shown)",
  whole: (text: string) => text === "" ? "" : `${text.length} characters`,
} as const;

/**
 * Asks for what is not given. The first question takes everything at once: what the canvas shows, or
 * what another client has. Each answer is checked before the next question.
 *
 * @param given by flags
 * @param saved offered at Enter
 * @throws {PromptCancelled}
 */
export async function askConnection(
  prompts: Prompts,
  given: Connection,
  saved: Connection,
  askReplace: AskReplace,
): Promise<Connection> {
  let known: Connection = given;
  if (given.workspaceId === undefined) {
    prompts.note(
      "Paste the connection that the canvas shows for your workspace (JSON or a snippet of " +
        "settings) and press Enter, or type the workspace's id.",
    );
    known = { ...await askFirst(prompts, saved.workspaceId), ...given };
  }
  /** Where a value that is wrong came from. */
  const from = (name: Name) =>
    given[name] === undefined ? `The ${WORDS[name]} in it: ` : `${FLAGS[name]}: `;
  const id = await valueOf(prompts, known.workspaceId, workspaceIdField, {
    name: "workspaceId",
    from: from("workspaceId"),
    label: "Workspace id",
    saved: saved.workspaceId,
    shown: typedId,
    whole: shownValue,
  });
  const told = platformUrlField(known.platformUrl ?? "");
  await askReplace(id.value, "value" in told ? told.value : undefined);
  const platform = await valueOf(prompts, known.platformUrl, platformUrlField, {
    name: "platformUrl",
    from: from("platformUrl"),
    label: "Platform URL",
    saved: saved.platformUrl,
    shown: typedUrl,
    whole: (text) => shownUrl(readTypedUrl(text).url),
  });
  const page = readTypedUrl(platform.text);
  noteUrl(prompts, platform.value, page.isChanged);
  if (page.workspaceId !== undefined && page.workspaceId !== id.value) {
    prompts.note(
      `That is the page of another workspace; this login is for ${shownValue(id.value)}.`,
    );
  }
  await askReplace(id.value, platform.value);
  const token = await valueOf(prompts, known.token, tokenField, {
    ...TOKEN_QUESTION,
    from: from("token"),
  });
  return { ...known, workspaceId: id.value, platformUrl: platform.value.base, token: token.value };
}

/** What is worth saying about an address that can be used. */
function noteUrl(prompts: Prompts, { base, exposed }: PlatformUrl, isChanged: boolean): void {
  const shown = shownUrl(base);
  if (isChanged) prompts.note(`The platform's address is ${shown}`);
  if (exposed) prompts.note(`${shown} is plain http://: the token travels unprotected.`);
}

/**
 * Another address for the platform that was not reached, or what to do with the one that was given.
 *
 * @throws {PromptCancelled}
 */
export async function askPlatform(
  prompts: Prompts,
  maySave: boolean,
): Promise<PlatformUrl | "again" | "save"> {
  const isSave = (text: string) => maySave && /^save$/i.test(text);
  const check = (text: string): Field<PlatformUrl | "again" | "save"> =>
    text === "" ? { value: "again" } : isSave(text) ? { value: "save" } : platformUrlField(text);
  const { value, text } = await valueOf(prompts, undefined, check, {
    name: "platformUrl",
    label: maySave ? `Platform URL, Enter or "save"` : "Platform URL, or Enter",
    shown: (text) => maySave && "save".startsWith(text) ? text : typedUrl(text),
    whole: (text) => text === "" || isSave(text) ? text : shownUrl(readTypedUrl(text).url),
    mayBeEmpty: true,
  });
  if (typeof value !== "string") noteUrl(prompts, value, readTypedUrl(text).isChanged);
  return value;
}

/** Another workspace's id; undefined when nothing was entered. @throws {PromptCancelled} */
export async function askWorkspaceId(prompts: Prompts): Promise<string | undefined> {
  const check = (text: string) => text === "" ? { value: undefined } : workspaceIdField(text);
  return (await valueOf<string | undefined>(prompts, undefined, check, {
    name: "workspaceId",
    label: "Workspace id",
    shown: typedId,
    whole: shownValue,
    mayBeEmpty: true,
  })).value;
}

/** Another token; undefined when nothing was entered. @throws {PromptCancelled} */
export async function askToken(prompts: Prompts): Promise<string | undefined> {
  const check = (text: string) => text === "" ? { value: undefined } : tokenField(text);
  return (await valueOf<string | undefined>(prompts, undefined, check, {
    ...TOKEN_QUESTION,
    mayBeEmpty: true,
  })).value;
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
    const names = Object.keys(found) as Name[];
    if (names.length > 0) {
      if (text.includes("\n") || names.length > 1 || names[0] !== "workspaceId") {
        prompts.note(`Found: ${names.map((name) => WORDS[name]).join(", ")}.`);
        return found;
      }
      const field = workspaceIdField(text);
      if ("value" in field) return found;
      prompts.note(sentence(field.problem));
    } else if (text !== "") {
      prompts.note(
        LIKE_A_NAME.test(text.trim())
          ? "That looks like a name; the id looks like 3f6b1c58-…; it is in the page's address."
          : "There is no workspace id, platform URL or token in that.",
      );
    }
  }
}

/** A value that can be used: the given one, or the answer to a question. */
async function valueOf<T>(
  prompts: Prompts,
  given: string | undefined,
  check: (text: string) => Field<T>,
  question: {
    readonly name: Name;
    /** Before what is wrong with the given one. */
    readonly from?: string;
    readonly label: string;
    readonly saved?: string;
    readonly shown?: (text: string) => string;
    /** The answer, or what is saved, as it may be shown. */
    readonly whole: (text: string) => string;
    readonly mayBeEmpty?: boolean;
  },
): Promise<{ readonly value: T; readonly text: string }> {
  const { name, from = "", label, saved, shown, whole, mayBeEmpty = false } = question;
  const answered = (text: string) =>
    text === "" && saved === undefined ? "" : whole(text || (saved ?? ""));
  if (given !== undefined) {
    const found = check(given);
    if ("value" in found) return { value: found.value, text: given };
    prompts.note(`${from}${found.problem}.`);
  }
  offer(prompts, saved, whole);
  while (true) {
    const answer = await prompts.ask({
      label: `${label}:`,
      shown,
      answered,
      isUnfinished: isUnfinishedJson,
    });
    const typed = answer || (mayBeEmpty ? "" : saved);
    if (typed === undefined) continue;
    // Whoever pastes everything here means the one that is asked for.
    const text = namedValues(typed)?.[name] ?? typed;
    const found = check(text);
    if ("value" in found) return { value: found.value, text };
    prompts.note(sentence(found.problem));
  }
}

function offer(prompts: Prompts, saved: string | undefined, whole: (text: string) => string): void {
  if (saved !== undefined) prompts.note(`Enter alone keeps ${whole(saved)}`);
}
