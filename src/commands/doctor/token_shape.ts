import { decodeText } from "../../lib/decode_text.ts";
import { formatMode, isExposed } from "../../lib/files/file_mode.ts";
import { PrivateFileError } from "../../lib/files/private_file_error.ts";
import { readRegularFile } from "../../lib/files/regular_file.ts";
import { isTokenPlaceholder, tokenProblem } from "../../config/token_text.ts";
import type { ProbedToken } from "../probe/target.ts";
import { type Finding, findingsOf } from "./finding.ts";
import { leadTo } from "../support/next_step.ts";
import { logIn, setMode, showAccess, unsetVariables } from "./next_step.ts";
import type { Setup, TokenPlaces } from "./setup.ts";

const { ok, warn, fail } = findingsOf("token");
const MAX_BYTES = 64 * 1024;
/** 32 bytes in base64url (src/platform/API.md, "Tokens"). */
const ISSUED = /^[A-Za-z0-9_-]{43}$/;
const ISSUED_LENGTH = 43;

/** A token that can be sent, and where it is. */
export type FoundToken = Required<ProbedToken>;

/** The tokens of one workspace, in the order in which the program tries them. */
export interface TokenLook {
  readonly tokens: readonly FoundToken[];
  readonly findings: readonly Finding[];
  /** Whatever was found where a token may be, so that no line shows it. */
  readonly secrets: readonly string[];
}

interface Source {
  readonly source: FoundToken["source"];
  readonly label: string;
  /** What to do about it, unless logging in again mends it. */
  readonly isVariable?: boolean;
}

/** Reads where a workspace's token may be, and says what is wrong with its shape. */
export async function lookForToken(setup: Setup, places: TokenPlaces): Promise<TokenLook> {
  const findings: Finding[] = [];
  const tokens: FoundToken[] = [];
  const secrets: string[] = [];
  const next = logIn(setup);
  const take = (text: string, source: Source) => {
    secrets.push(text);
    const trouble = shapeOf(text, source, next);
    if (trouble) findings.push(trouble);
    else tokens.push({ source: source.source, label: source.label, token: text });
  };
  if (places.savedPath !== undefined) {
    const source: Source = { source: "saved", label: places.savedPath };
    const text = await fileText(places.savedPath, source, findings, false, next);
    if (text !== undefined) take(text, source);
  }
  if (places.inline) {
    take(places.inline.text, { source: "variable", label: places.inline.name, isVariable: true });
  }
  if (places.tokenFilePath !== undefined) {
    const label = `MOLECULE_WORKSPACE_TOKEN_FILE (${places.tokenFilePath})`;
    const source: Source = { source: "token file", label };
    const text = await fileText(places.tokenFilePath, source, findings, true, next);
    if (text !== undefined) take(text, source);
  }
  const whose = places.id === undefined ? "" : `workspace ${places.id}: `;
  findings.push(...unusable(setup));
  findings.push(...summary(tokens, findings, next, places, whose));
  return { tokens, findings, secrets };
}

async function fileText(
  path: string,
  { source, label }: Source,
  findings: Finding[],
  followLinks: boolean,
  next: string,
): Promise<string | undefined> {
  let file;
  try {
    file = await readRegularFile(path, { followLinks, maxBytes: MAX_BYTES });
  } catch (error) {
    if (!(error instanceof PrivateFileError)) throw error;
    findings.push(fail("unreadable", error.message.replace(/\.$/, ""), showAccess(path)));
    return undefined;
  }
  if (!file) {
    if (source !== "saved") findings.push(fail("file_absent", `${label} does not exist`, next));
    return undefined;
  }
  const decoded = decodeText(file.bytes);
  const text = decoded?.trim();
  if (text === undefined) {
    const garbled = `${label} is neither UTF-8 nor UTF-16 text`;
    findings.push(fail("not_text", garbled, next));
    return undefined;
  }
  if (text === "") {
    findings.push(fail("empty", `${label} is empty`, next));
    return undefined;
  }
  if (isExposed(file.mode)) {
    findings.push(warn(
      "exposed",
      `others on this machine may read the token in ${path} (mode ${formatMode(file.mode)})`,
      setMode("600", path),
    ));
  }
  if (file.bytes.length > 1.5 * (decoded?.length ?? 0)) {
    findings.push(warn(
      "utf16",
      `${label} is UTF-16, as Windows PowerShell's ">" writes it: this program reads it, others do not`,
      next,
    ));
  }
  return text;
}

/** What is wrong with a text in a token's place. */
function shapeOf(text: string, { label, isVariable }: Source, next: string): Finding | undefined {
  const problem = tokenProblem(text);
  if (problem === undefined) return undefined;
  const cause = isTokenPlaceholder(text)
    ? "placeholder"
    : /^(["'`]).*\1$/s.test(text)
    ? "quotes"
    : /^(authorization\s*:\s*)?bearer\s/i.test(text)
    ? "bearer"
    : /^(export\s+)?\w+\s*=/.test(text)
    ? "name"
    : /\s/.test(text)
    ? "white_space"
    : "characters";
  const said = cause === "bearer" ? 'it begins with "Bearer"; give only what follows it' : problem;
  const mend = isVariable ? leadTo(`Correct ${label}, or unset it and`, next) : next;
  return fail(cause, `the token in ${label} cannot be used: ${said}`, mend);
}

/** What no setting can have reads as unset: a client's placeholder, a relative path. */
function unusable(setup: Setup): Finding[] {
  return setup.problems
    .filter(({ variable, kind }) =>
      variable.startsWith("MOLECULE_WORKSPACE_TOKEN") && kind === "invalid" &&
      setup.read(variable) !== undefined && setup.value(variable) === undefined
    )
    .map(({ variable, message }) => {
      const isPlaceholder = message.includes("still holds");
      return fail(
        isPlaceholder ? "placeholder" : "file_path",
        `${variable}${isPlaceholder ? "" : ":"} ${message.split(/[.;] /)[0]}`,
        leadTo(`Correct ${variable}, or unset it and`, logIn(setup)),
      );
    });
}

function summary(
  tokens: readonly FoundToken[],
  findings: readonly Finding[],
  next: string,
  { savedPath }: TokenPlaces,
  whose: string,
): Finding[] {
  const [used] = tokens;
  if (!used) {
    if (findings.some(({ mark }) => mark === "fail")) return [];
    const places = "neither MOLECULE_WORKSPACE_TOKEN nor MOLECULE_WORKSPACE_TOKEN_FILE is set";
    const saved = savedPath === undefined ? "" : `, and ${savedPath} does not exist`;
    return [fail("missing", `${whose}there is no token: ${places}${saved}`, next)];
  }
  const made: Finding[] = [];
  const other = tokens.find(({ token }) => token !== used.token);
  if (other) {
    made.push(warn(
      "differs",
      `${whose}the tokens in ${used.label} and ${other.label} differ: the first is tried first`,
      other.source === "variable" ? unsetVariables(other.label) : undefined,
    ));
  }
  if (!ISSUED.test(used.token)) {
    made.push(warn(
      "shape_unusual",
      `${whose}the token in ${used.label} has ${used.token.length} characters, where the platform's ` +
        `have ${ISSUED_LENGTH}: ${
          used.token.length < ISSUED_LENGTH
            ? "it may have been cut when it was copied"
            : "something may have been pasted along with it"
        }`,
      next,
    ));
  } else {
    made.push(ok("source", `${whose}from ${used.label}, ${ISSUED_LENGTH} characters as issued`));
  }
  return made;
}
