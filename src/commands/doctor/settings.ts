import { ownCommand } from "../../cli/own_command.ts";
import { isFromFile, SETTINGS_KEYS } from "../../config/settings_file.ts";
import type { Problem } from "../../config/problem.ts";
import { leadTo } from "../support/next_step.ts";
import { countText } from "../support/count_text.ts";
import { isAbout, shownUrl, shownValue } from "../support/shown_value.ts";
import { type Finding, findingsOf } from "./finding.ts";
import { faultOf, profileFlag } from "../support/profile_flag.ts";
import { logIn, setPlatformUrl, unsetVariables } from "./next_step.ts";
import type { Setup } from "./setup.ts";

const { ok, warn, fail } = findingsOf("settings");
/** The area `token` says what is wrong with these. */
const TOKEN = ["MOLECULE_WORKSPACE_TOKEN", "MOLECULE_WORKSPACE_TOKEN_FILE"];
const REQUIRED = ["WORKSPACE_ID", "PLATFORM_URL"];

/**
 * All problems of the settings at once, or from where each value came.
 *
 * @param setBy the clients whose entry sets the workspace's id
 */
export function checkSettings(setup: Setup, setBy: readonly string[] = []): Finding[] {
  const problems = setup.problems.filter(({ variable }) =>
    !TOKEN.includes(variable) && variable !== "CONFIGS_DIR"
  );
  const missing = problems.filter(({ kind }) => kind === "missing").map(({ variable }) => variable);
  const findings: Finding[] = [];
  if (missing.length > 0) findings.push(missingSettings(setup, missing, setBy));
  for (const problem of problems) {
    if (problem.kind === "invalid") findings.push(invalidSetting(problem, setup));
  }
  for (const name of REQUIRED) {
    const value = setup.value(name);
    if (value === undefined || problems.some((problem) => isAbout(problem, name))) continue;
    const shown = name === "PLATFORM_URL" ? shownUrl(value) : shownValue(value);
    findings.push(ok(name.toLowerCase(), `${name} ${shown} (${sourceOf(setup, name)})`));
  }
  if (setup.isMulti && problems.length === 0) {
    const count = setup.targets.length;
    const source = sourceOf(setup, "MOLECULE_WORKSPACES");
    findings.push(ok("workspaces", `${countText(count, "workspace")} (${source})`));
  }
  const others = Object.values(SETTINGS_KEYS).filter((name) =>
    !REQUIRED.includes(name) && name !== "MOLECULE_WORKSPACES" && setup.value(name) !== undefined
  );
  if (others.length > 0) {
    const named = others.map((name) => `${name} (${sourceOf(setup, name)})`);
    findings.push(ok("others", `also set: ${named.join(", ")}`));
  }
  const exposed = setup.targets.find(({ url }) => url.exposed);
  for (const notice of setup.notices) {
    if (exposed && notice.startsWith(exposed.url.base)) {
      const https = exposed.url.base.replace(/^http:/, "https:");
      findings.push(warn("plain_http", notice, setPlatformUrl(exposed, https)));
    } else findings.push(warn("notice", notice.replace(/\.$/, "")));
  }
  return [...findings, ...switchedOff(setup)];
}

function invalidSetting(problem: Problem, setup: Setup): Finding {
  const { variable, message } = problem;
  const next = logIn(setup);
  if (variable === "--profile") {
    return fail("profile", faultOf(problem), next);
  }
  if (variable.startsWith("settings.json")) return fail("file", message, fileNext(message, next));
  const named = message.startsWith(`${variable}[`) ? message : `${variable}: ${message}`;
  const isVariable = /^[A-Z_]+$/.test(variable);
  return fail(
    causeOf(variable),
    named.replace(/: (still holds)/, " $1"),
    isVariable ? leadTo(`Correct ${variable}, or unset it and`, next) : next,
  );
}

function causeOf(variable: string): string {
  if (/platform_url/i.test(variable)) return "platform_url";
  if (/workspace_id/i.test(variable)) return "workspace_id";
  if (/workspaces|settings\.json$/i.test(variable)) return "workspaces";
  return "invalid";
}

function fileNext(message: string, logIn: string): string {
  if (/written by a newer/.test(message)) return ownCommand("upgrade");
  return leadTo("Correct the file, or remove it and", logIn);
}

/** From where a value came. */
function sourceOf({ file, read }: Setup, name: string): string {
  return file && isFromFile(name, read, file) ? file.name : "environment";
}

/** With half of the settings in a terminal and half in a client, neither sees them all. */
function missingSettings(
  { profile, file, isMeant, otherProfiles }: Setup,
  missing: readonly string[],
  setBy: readonly string[],
): Finding {
  const next = logIn({ profile });
  const [verb, names] = [missing.length === 1 ? "is" : "are", missing.join(" and ")];
  if (setBy.length > 0 && !file) {
    const text =
      `${names} ${verb} set only in the entry of ${setBy.join(", ")}, which nobody else sees: ` +
      "save what it says where every client and this command find it";
    return fail("only_in_client", text, next);
  }
  if (REQUIRED.every((name) => missing.includes(name))) {
    const text = `nothing is set up: ${names} are not set`;
    const [other] = otherProfiles;
    if (other === undefined) return fail("nothing", text, next);
    const others = `${text}; there is profile ${otherProfiles.join(", ")}`;
    return fail("nothing", others, ownCommand(`doctor${profileFlag(other)}`));
  }
  const where = file
    ? `, neither in the environment nor in ${file.path}`
    : isMeant
    ? "; what only a client's configuration says is not seen here"
    : "";
  return fail("missing", `${names} ${verb} not set${where}`, next);
}

function switchedOff({ value }: Setup): Finding[] {
  const findings: Finding[] = [];
  if (value("MOLECULE_MCP_DISABLE_HEARTBEAT") !== undefined) {
    findings.push(warn(
      "heartbeat_off",
      "MOLECULE_MCP_DISABLE_HEARTBEAT is set: the workspace neither registers nor stays online",
      unsetVariables("MOLECULE_MCP_DISABLE_HEARTBEAT"),
    ));
  }
  if (value("MOLECULE_MCP_DISABLE_INBOX") !== undefined) {
    findings.push(warn(
      "inbox_off",
      "MOLECULE_MCP_DISABLE_INBOX is set: no message is fetched",
      unsetVariables("MOLECULE_MCP_DISABLE_INBOX"),
    ));
  }
  if (value("MOLECULE_MCP_POLL_TIMEOUT_SECS") === "0") {
    findings.push(warn(
      "push_only",
      "MOLECULE_MCP_POLL_TIMEOUT_SECS is 0: the agent is told not to ask for messages, and sees only " +
        "what a client pushes to it",
      unsetVariables("MOLECULE_MCP_POLL_TIMEOUT_SECS"),
    ));
  }
  return findings;
}
