import { isBareHost, readTypedUrl } from "./typed_url.ts";

/** What connects this machine to a workspace, as far as it is given. Texts as they were typed. */
export interface Connection {
  readonly workspaceId?: string;
  readonly platformUrl?: string;
  readonly token?: string;
  readonly orgId?: string;
  readonly agentName?: string;
}

type Field = keyof Connection;

/**
 * Under which names people have each: the variables, the keys of settings.json, and those of the
 * canvas (src/platform/API.md, "Rotate and show the connection").
 */
const NAMES: Readonly<Record<Field, readonly string[]>> = {
  workspaceId: ["WORKSPACE_ID", "workspace_id", "workspaceId"],
  platformUrl: ["PLATFORM_URL", "platform_url", "platformUrl"],
  token: ["MOLECULE_WORKSPACE_TOKEN", "auth_token", "authToken", "workspace_token"],
  orgId: ["MOLECULE_ORG_ID", "MOLECULE_ORGANIZATION_ID", "org_id", "X-Molecule-Org-Id"],
  agentName: ["MOLECULE_AGENT_NAME", "agent_name"],
};
const FIELD_OF = new Map(
  Object.entries(NAMES).flatMap(([field, names]) => names.map((name) => [name, field as Field])),
);

/** NAME=value, NAME: value, "NAME": "value", -e 'NAME=value', $env:NAME = "value" ... */
const PAIR = new RegExp(
  String.raw`(?<![A-Za-z0-9_-])(${[...FIELD_OF.keys()].join("|")})["']?[ \t]*[=:][ \t]*` +
    String.raw`("[^"\n]*"|'[^'\n]*'|[^\s"',;}\\]+)`,
  "g",
);
const BEARER = /\bBearer\s+([^\s"'\\]+)/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const WORKSPACE_ID = /^[a-z0-9][a-z0-9-]{0,127}$/;
/** Shorter ones are words, and brackets begin something else. */
const LIKE_A_TOKEN = /^[A-Za-z0-9_"'-][\x21-\x7e]{19,4096}$/;
/** How deep a client's file keeps its variables: `mcpServers`, the server, `env`. */
const MAX_DEPTH = 6;

/**
 * Reads what somebody pasted: the canvas's connection JSON, a client's configuration, a `.env` file,
 * a `claude mcp add` line, or bare values each on a line of its own.
 *
 * @returns what was found in it; nothing when it is none of these
 */
export function readConnection(text: string): Connection {
  return namedValues(text) ?? bareLines(text);
}

/** The same for values that have a name; undefined when none has. */
export function namedValues(text: string): Connection | undefined {
  const trimmed = text.trim();
  // The query of an address has names too.
  if (/^https?:\/\/\S*$/i.test(trimmed)) return undefined;
  const json = parsed(trimmed);
  const found = json === undefined ? inPairs(trimmed) : inJson(json);
  return found && Object.fromEntries(
    Object.entries(found).map(([field, value]) => [field, value.trim()])
      .filter(([, value]) => value !== ""),
  );
}

/** Whether a text is the beginning of a JSON whose end has not come. */
export function isUnfinishedJson(text: string): boolean {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{") || parsed(trimmed) !== undefined) return false;
  const outside = trimmed.replaceAll(/"(?:[^"\\]|\\.)*"/gs, "");
  const count = (sign: string) => outside.split(sign).length;
  return count("{") > count("}");
}

function parsed(text: string): unknown {
  if (!/^[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // With comments, or cut: its pairs can be read all the same.
  }
}

/** The first object that has any of the fields: snippets beside them repeat the same. */
function inJson(value: unknown, depth = 0): Connection | undefined {
  if (value === null || typeof value !== "object" || depth > MAX_DEPTH) return undefined;
  const entries = Object.entries(value);
  const fields = entries.flatMap(([key, each]) => {
    const name = FIELD_OF.get(key);
    return name !== undefined && typeof each === "string" ? [[name, each]] : [];
  });
  if (fields.length > 0) return Object.fromEntries(fields);
  for (const [, each] of entries) {
    const found = inJson(each, depth + 1);
    if (found) return found;
  }
  return undefined;
}

function inPairs(text: string): Connection | undefined {
  const found: Partial<Record<Field, string>> = {};
  for (const [, name = "", value = ""] of text.matchAll(PAIR)) {
    const field = FIELD_OF.get(name);
    if (field) found[field] ??= value.replace(/^(["'])(.*)\1$/, "$2");
  }
  const bearer = BEARER.exec(text)?.[1];
  if (bearer !== undefined && Object.keys(found).length > 0) found.token ??= bearer;
  return Object.keys(found).length > 0 ? found : undefined;
}

function bareLines(text: string): Connection {
  const found: Partial<Record<Field, string>> = {};
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  for (const line of lines) {
    if (UUID.test(line)) found.workspaceId ??= line;
    else if (/^https?:\/\//i.test(line) || (lines.length === 1 && isBareHost(line))) {
      found.platformUrl ??= line;
      const { workspaceId } = readTypedUrl(line);
      if (workspaceId !== undefined) found.workspaceId ??= workspaceId;
    } else if (lines.length === 1 && WORKSPACE_ID.test(line)) found.workspaceId ??= line;
    else if (LIKE_A_TOKEN.test(line)) found.token ??= line;
  }
  return found;
}
