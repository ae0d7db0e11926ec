import { type Finding, findingsOf } from "./finding.ts";

const { ok, skip, warn, fail } = findingsOf("clients");
const push = findingsOf("push");

/** What is known of one client's entry for this program, without a secret. */
export interface ClientEntry {
  /** As `install` calls it: `claude-code`. */
  readonly client: string;
  readonly file: string;
  /** `user` or `project`. */
  readonly scope: string;
  /** The name of the entry. */
  readonly name: string;
  /** What it starts, in one line; undefined where the entry starts something else than a program. */
  readonly command?: string;
  readonly state:
    | "this"
    /** It starts another program of this name. */
    | "other"
    /** The Python client's. */
    | "python"
    /** What it starts is not there. */
    | "dead";
  /** Whether a token stands in it in clear text. */
  readonly hasSecret: boolean;
}

/** A client's file that cannot be read or does not parse. */
export interface ClientTrouble {
  readonly client: string;
  readonly file: string;
  /** Why, without its full stop. */
  readonly problem: string;
}

/** What the clients on this machine are told to start. */
export interface ClientsLook {
  readonly entries: readonly ClientEntry[];
  readonly troubles: readonly ClientTrouble[];
}

const INSTALL = "molecule-mcp install";

/** Each client's entry for this program. */
export function checkClients({ entries, troubles }: ClientsLook): Finding[] {
  const findings = [
    ...troubles.map(({ client, file, problem }) =>
      fail("unreadable", `${client}: ${file} cannot be used: ${problem}`, `Correct ${file}`)
    ),
    ...entries.flatMap(ofEntry),
  ];
  if (findings.length > 0) return findings;
  return [skip("none", "no client on this machine has an entry for it", `${INSTALL} claude-code`)];
}

function ofEntry(entry: ClientEntry): Finding[] {
  const { client, file, name, scope, command, state, hasSecret } = entry;
  const where = `${client} (${scope}, ${file})`;
  const mend = `${INSTALL} ${client} --replace`;
  const started = command ?? "nothing";
  const secret = hasSecret
    ? [warn(
      "secret",
      `${where}: the token stands in the entry "${name}" in clear text`,
      `molecule-mcp auth login && ${mend}`,
    )]
    : [];
  switch (state) {
    case "this":
      return [ok("this", `${where}: "${name}" starts ${started}`), ...secret];
    case "dead":
      return [fail("dead", `${where}: "${name}" starts ${started}, which is not there`, mend)];
    case "python":
      return [
        warn("python", `${where}: "${name}" starts the Python client (${started})`, mend),
        ...secret,
      ];
    case "other":
      return [
        warn("other", `${where}: "${name}" starts another program (${started})`, mend),
        ...secret,
      ];
  }
}

/** What messages that are pushed into Claude Code need; its version cannot be asked here. */
export function checkPush({ entries }: ClientsLook): Finding[] {
  const claude = entries.find(({ client }) => client === "claude-code");
  if (!claude) return [push.skip("no_claude", "only for Claude Code, which has no entry")];
  return [push.skip(
    "needs",
    "Claude Code shows messages as they arrive from version 2.1.80 on, logged in to claude.ai, and " +
      "started with this flag; without it the agent asks for them",
    `claude --dangerously-load-development-channels server:${claude.name}`,
  )];
}
