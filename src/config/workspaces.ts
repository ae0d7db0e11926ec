import { jsonPosition } from "./json_position.ts";
import { isLikeToken, likeTokenFault } from "./like_token.ts";
import { placeholderFault, placeholderIn } from "./placeholder.ts";
import { parsePlatformUrl, type PlatformUrl } from "./platform_url.ts";
import { invalid, type Problem } from "./problem.ts";
import { tokenProblem } from "./token_text.ts";
import { isWorkspaceId } from "./workspace_id.ts";

/** One entry of MOLECULE_WORKSPACES (tests/README.md, "Several workspaces"). */
export interface WorkspaceEntry {
  readonly id: string;
  readonly token: string;
  /** Absent: PLATFORM_URL is used. */
  readonly platformUrl?: PlatformUrl;
}

const NAME = "MOLECULE_WORKSPACES";
const KEYS = ["id", "token", "platform_url"];
const SHAPE = '[{"id": "...", "token": "...", "platform_url": "https://..." (optional)}]';

/**
 * Parses MOLECULE_WORKSPACES: all entries or, when any is wrong, every problem with its index and
 * none of the entries (tests/README.md, "Several workspaces"). No message repeats a token.
 */
export function parseWorkspaces(
  text: string,
): { entries: readonly WorkspaceEntry[]; problems: readonly Problem[] } {
  const failed = (message: string) => ({ entries: [], problems: [invalid(NAME, message)] });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return failed(`not valid JSON${jsonPosition(error)}; expected ${SHAPE}`);
  }
  if (!Array.isArray(json) || json.length === 0) {
    return failed(`must be a non-empty array; expected ${SHAPE}`);
  }
  const problems: Problem[] = [];
  const entries: WorkspaceEntry[] = [];
  const seen = new Map<string, number>();
  for (const [index, value] of json.entries()) {
    const { entry, messages } = parseEntry(value);
    const id = entry?.id ?? "";
    const first = seen.get(id);
    if (first !== undefined) {
      messages.push(`duplicate workspace id, already given at [${first}]`);
    } else if (id !== "") seen.set(id, index);
    for (const message of messages) problems.push(invalid(NAME, `${NAME}[${index}]: ${message}`));
    if (entry && messages.length === 0) entries.push(entry);
  }
  return problems.length > 0 ? { entries: [], problems } : { entries, problems };
}

function parseEntry(value: unknown): { entry?: WorkspaceEntry; messages: string[] } {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return { messages: [`not an object (it is ${describeType(value)}); expected ${SHAPE}`] };
  }
  const record = value as Record<string, unknown>;
  const messages: string[] = [];
  const id = requiredText(record.id, "id", messages);
  if (id !== undefined && !isWorkspaceId(id)) {
    messages.push("'id' must be 1-128 lower-case letters, digits and hyphens");
  } else if (id !== undefined && isLikeToken(id)) messages.push(`'id': ${likeTokenFault(id)}`);
  const token = requiredText(record.token, "token", messages);
  const problem = token === undefined ? undefined : tokenProblem(token);
  if (problem !== undefined) messages.push(`'token' cannot be used: ${problem}`);
  const platformUrl = parseUrl(record.platform_url, messages);
  for (const key of Object.keys(record)) {
    if (KEYS.includes(key)) continue;
    // A mistyped platform_url would send the token to PLATFORM_URL. An odd key may be a secret.
    const named = /^[A-Za-z_]{1,24}$/.test(key) ? ` '${key}'` : "";
    messages.push(`unknown key${named}; expected ${KEYS.join(", ")}`);
  }
  // A duplicate is worth reporting even when the entry has another fault.
  return { entry: { id: id ?? "", token: token ?? "", ...platformUrl }, messages };
}

function requiredText(value: unknown, key: string, messages: string[]): string | undefined {
  if (typeof value === "string" && value.trim() !== "") {
    const placeholder = placeholderIn(value.trim());
    if (placeholder === undefined) return value.trim();
    messages.push(`'${key}' ${placeholderFault(placeholder)}`);
    return undefined;
  }
  messages.push(
    value === undefined || value === "" || typeof value === "string"
      ? `missing '${key}'`
      : `'${key}' must be a non-empty string, not ${describeType(value)}`,
  );
  return undefined;
}

function parseUrl(value: unknown, messages: string[]): { platformUrl?: PlatformUrl } {
  if (value === undefined || value === null) return {};
  if (typeof value !== "string") {
    messages.push(`'platform_url' must be a string, not ${describeType(value)}`);
    return {};
  }
  if (value.trim() === "") return {};
  const platformUrl = parsePlatformUrl(value.trim());
  if (!("problem" in platformUrl)) return { platformUrl };
  messages.push(`'platform_url' ${platformUrl.problem}`);
  return {};
}

function describeType(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}
