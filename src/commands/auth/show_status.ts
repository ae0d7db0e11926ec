import { faultOf, typedAs } from "../support/profile_flag.ts";
import { readTrimmed, type ReadVariable } from "../../config/environment.ts";
import type { Problem } from "../../config/problem.ts";
import { isFromFile, layered, type SettingsFile } from "../../config/settings_file.ts";
import { isExposed } from "../../lib/files/file_mode.ts";
import type { PlatformCheck } from "../probe/check_platform.ts";
import type { CommandContext } from "../support/command.ts";
import { peersText } from "../support/count_text.ts";
import { shellQuote } from "../../lib/shell_quote.ts";
import { isAbout, shownUrl, shownValue } from "../support/shown_value.ts";
import type { Mark, Terminal } from "../support/terminal.ts";
import { timeText } from "../support/time_text.ts";
import { columnsOf, wrap } from "../support/wrap.ts";

const TOKEN = "MOLECULE_WORKSPACE_TOKEN";
const PLATFORM = "PLATFORM_URL";
const NEEDED = [["workspace", "WORKSPACE_ID"], ["platform", PLATFORM], ["token", TOKEN]] as const;

/** A value and where it comes from. */
interface Sourced {
  readonly value: string;
  /** The name of a variable, or the path of settings.json. */
  readonly source: string;
}

/** One workspace, as `--json` shows it. */
export interface WorkspaceStatus {
  readonly workspace_id: Sourced;
  readonly platform_url: Sourced;
  readonly org_id: Sourced | null;
  readonly tokens: readonly TokenStatus[];
  /** What is wrong with a place where a token might be. */
  readonly token_problems: readonly string[];
  readonly name: string | null;
  readonly peers: number | null;
  /** When the running server was first refused, where one knows (RFC 3339). */
  readonly refused_since: string | null;
  readonly exit_code: number;
}

/** One token, in the order in which the server tries them. */
interface TokenStatus {
  readonly source: string;
  /** As in `0600`; null where there is no file, or files have no modes. */
  readonly mode: string | null;
  readonly length: number;
  readonly outcome: PlatformCheck["outcome"];
  readonly message: string | null;
  /** As `doctor` names it. */
  readonly cause: string | null;
}

/** What is known of a workspace and its tokens. */
export function showStatus(terminal: Terminal, workspace: WorkspaceStatus): void {
  const line = lineTo(terminal);
  const { workspace_id, platform_url, org_id, tokens, token_problems, peers } = workspace;
  line("ok", "workspace", `${workspace_id.value}, from ${workspace_id.source}`);
  line("ok", "platform", `${platform_url.value}, from ${platform_url.source}`);
  if (org_id) line("ok", "organisation", `${org_id.value}, from ${org_id.source}`);
  for (const problem of token_problems) line("warn", "token", problem);
  const accepted = tokens.findIndex(({ outcome }) => outcome === "accepted");
  for (const [index, { source, mode, length, outcome, message }] of tokens.entries()) {
    const exposed = isExposed(mode === null ? undefined : parseInt(mode, 8));
    const details = [`${length} characters`, ...(mode === null ? [] : [`mode ${mode}`])];
    line(exposed ? "warn" : "ok", "token", `${source} (${details.join(", ")})`);
    if (exposed) {
      terminal.step("Others on this machine may read it. Run:", `chmod 600 ${shellQuote(source)}`);
    }
    if (message !== null) {
      // Another token is taken in its place.
      line(accepted === -1 ? "fail" : "warn", outcome.replace("_", " "), message);
    } else if (index === accepted) {
      const named = workspace.name === null ? "" : `as "${workspace.name}", `;
      line("ok", "accepted", `${named}${peersText(peers)}`);
    } else line("ok", "accepted", "too");
  }
  if (workspace.refused_since !== null) {
    const since = timeText(workspace.refused_since, Date.now());
    line("fail", "refused", `the server that runs was first refused ${since}`);
  }
}

/** What is known, what is not set, and what is wrong. */
export function showProblems(
  problems: readonly Problem[],
  { terminal, read, profile, file }: CommandContext & { readonly file: SettingsFile | undefined },
): void {
  const line = lineTo(terminal);
  // A file that cannot be understood may hold what seems not to be set.
  const isUnread = (file?.problems.length ?? 0) > 0;
  for (const [what, name] of NEEDED) {
    const problem = problems.find((problem) => isAbout(problem, name));
    const value = readTrimmed(layered(read, file), name);
    if (problem?.kind === "missing" && !isUnread) line("fail", what, "not set");
    else if (!problem && value !== undefined && name !== TOKEN) {
      const shown = name === PLATFORM ? shownUrl(value) : shownValue(value);
      line("ok", what, `${shown}, from ${sourceOf(name, read, file)}`);
    }
  }
  for (const problem of problems) {
    const { kind, variable } = problem;
    if (kind === "invalid") line("fail", `${typedAs(variable, profile)}:`, faultOf(problem));
  }
}

function lineTo(terminal: Terminal) {
  return (mark: Mark, what: string, text: string) => {
    const begin = `${what.padEnd(12)} `;
    const sign = `${terminal.mark(mark)} `;
    const taken = columnsOf(sign);
    const indent = " ".repeat(taken + begin.length);
    terminal.print(sign + wrap(begin + text, terminal.width, indent, taken));
  };
}

/** From where a value comes: a variable's name, or the path of settings.json. */
export function sourceOf(name: string, read: ReadVariable, file: SettingsFile | undefined): string {
  if (file && isFromFile(name, read, file)) return file.path;
  if (name !== "MOLECULE_WORKSPACES" && (file && isFromFile("MOLECULE_WORKSPACES", read, file))) {
    return file.path;
  }
  const set = [name, "MOLECULE_ORGANIZATION_ID", "MOLECULE_WORKSPACES"]
    .find((each) => read(each) !== undefined);
  return set ?? name;
}
