import { ownCommand } from "../../cli/own_command.ts";
import { type Finding, findingsOf } from "./finding.ts";
import { leadTo } from "../support/next_step.ts";
import { profileFlag, setUpCommand } from "../support/profile_flag.ts";

const { ok, skip, warn, fail } = findingsOf("clients");
const push = findingsOf("push");
/** What an entry is called, where nobody is up to anything. */
const NAME = /^[\w-]{1,64}$/;

/** What is known of one client's entry for this program, without a secret. */
export interface ClientEntry {
  /** The name of the entry. */
  readonly name: string;
  /** `folder`: for one folder only, although it stands in the user's file. */
  readonly scope: "user" | "project" | "folder";
  readonly file: string;
  /** Where it holds, with the scope `folder`. */
  readonly folder?: string;
  /** This program, a copy, another version, a path where nothing is, the Python client, anything else. */
  readonly pointsTo: "this" | "copy" | "another" | "dead" | "python" | "foreign";
  /** How it differs from this program. */
  readonly detail?: string;
  /** What is wrong with an entry that does start this program. */
  readonly trouble?: string;
  /** Whether it names a profile that is not there. */
  readonly lacksProfile?: boolean;
  /** What it starts, in one line. */
  readonly command: string;
  /** The names of the variables that it sets. */
  readonly variables: readonly string[];
  /** Whether the token itself stands in the file. */
  readonly tokenInClear: boolean;
}

/** What there is of one client on this machine. */
export interface ClientLook {
  readonly client: {
    /** As `install` calls it: `claude-code`. */
    readonly id: string;
    /** As people do. */
    readonly name: string;
    /** What to do in it once it has an entry (clients/client.ts). */
    readonly after: (name: string, scope: "user" | "project") => readonly string[];
  };
  readonly installed: boolean;
  readonly entries: readonly ClientEntry[];
  /** What keeps its files from being read, one line each. */
  readonly problems: readonly string[];
  /** The texts of before `install` in which the token stands. */
  readonly backupsWithToken?: readonly string[];
}

/** Each client's entry for this program. */
export function checkClients(clients: readonly ClientLook[]): Finding[] {
  const alike = alikeIn(clients);
  const isAlike = (entry: ClientEntry) =>
    alike.some((group) => group.some((it) => it.entry === entry));
  const findings = clients.flatMap(({ client, entries, problems, backupsWithToken = [] }) => [
    ...problems.map((problem) =>
      fail(
        "unreadable",
        `${client.id}: ${problem.replace(/\.$/, "")}`,
        leadTo("Correct the file, then", ownCommand(`install ${client.id}`)),
      )
    ),
    ...entries.flatMap((entry) => isAlike(entry) ? [] : ofEntry(client.id, entry)),
    ...backupsWithToken.map((path) =>
      warn(
        "backup_secret",
        `${client.id}: the token stands in ${path}, the text of before install`,
        "Delete that file once the client works",
      )
    ),
  ]).concat(ofSeveral(alike));
  if (findings.length > 0) return findings;
  const installed = clients.filter((each) => each.installed).map(({ client }) => client.id);
  const next = ownCommand(`install ${installed[0] ?? "claude-code"}`);
  const found = installed.length === 0 ? "" : ` (found here: ${installed.join(", ")})`;
  return [skip("none", `no client on this machine has an entry for it${found}`, next)];
}

interface OfClient {
  readonly client: string;
  readonly entry: ClientEntry;
}

/** Entries of several clients that start the same, which is not this program. */
function alikeIn(clients: readonly ClientLook[]): readonly (readonly OfClient[])[] {
  const wrong = clients.flatMap(({ client, entries }) =>
    entries.filter(({ pointsTo, folder, scope, tokenInClear }) =>
      pointsTo !== "this" && folder === undefined && scope === "user" && !tokenInClear
    ).map((entry) => ({ client: client.id, entry }))
  );
  const groups = Map.groupBy(
    wrong,
    ({ entry: { name, pointsTo, command } }) => JSON.stringify([name, pointsTo, command]),
  );
  return [...groups.values()].filter((group) => group.length > 1);
}

function ofSeveral(groups: readonly (readonly OfClient[])[]): Finding[] {
  return groups.flatMap((group) => {
    const ids = [...new Set(group.map(({ client }) => client))];
    const [first] = group;
    if (!first) return [];
    const [one] = ofEntry(ids.join(" "), { ...first.entry, file: `${group.length} files` });
    return one ? [{ ...one, text: one.text.replace(ids.join(" "), ids.join(", ")) }] : [];
  });
}

function ofEntry(client: string, entry: ClientEntry): Finding[] {
  const { file, name, scope, folder, command, pointsTo, detail, trouble, tokenInClear } = entry;
  const where = `${client} (${folder === undefined ? scope : `only in ${folder}`}, ${file})`;
  // Under the name that a profile has in clients (clients/request.ts).
  const profile = /^molecule-(.+)$/.exec(name)?.[1];
  const again = ownCommand(`install ${client}${profileFlag(profile)}`);
  const mend = `${again} --replace`;
  const more = [
    ...tokenInClear
      ? [warn(
        "secret",
        `${where}: the token stands in the entry "${name}" in clear text`,
        mend,
      )]
      : [],
    ...folder === undefined ? [] : [warn(
      "folder",
      `${where}: the entry "${name}" holds for that one folder only`,
      again,
    )],
  ];
  const started = `${where}: "${name}" starts`;
  const how = detail === undefined ? "" : ` (${detail})`;
  switch (pointsTo) {
    case "this":
    case "copy": {
      const what = pointsTo === "this"
        ? "this program"
        : `a copy of this program${how}: ${command}`;
      if (trouble !== undefined) {
        const [cause, next] = entry.lacksProfile
          ? ["profile", setUpCommand(profile)] as const
          : ["trouble", mend] as const;
        return [warn(cause, `${started} ${what}, but ${trouble}`, next), ...more];
      }
      return [ok(pointsTo, `${started} ${what}`), ...more];
    }
    case "another":
      return [
        warn("another", `${started} another copy or version${how}: ${command}`, mend),
        ...more,
      ];
    case "dead":
      return [fail("dead", `${started} ${command}, which is not there`, mend), ...more];
    case "python":
      return [warn("python", `${started} the Python client: ${command}`, mend), ...more];
    case "foreign":
      return [warn("foreign", `${started} another program: ${command}`, mend), ...more];
  }
}

/** The clients whose entry says which workspace it is: nobody else sees that. */
export function clientsThatSet(variable: string, clients: readonly ClientLook[]): string[] {
  return clients
    .filter(({ entries }) => entries.some(({ variables }) => variables.includes(variable)))
    .map(({ client }) => client.id);
}

/** What messages that are pushed into Claude Code need; its version cannot be asked here. */
export function checkPush(clients: readonly ClientLook[]): Finding[] {
  const entries = clients.filter(({ client }) => client.id === "claude-code")
    .flatMap(({ entries }) => entries);
  if (entries.length === 0) {
    return [push.skip("no_claude", "only for Claude Code, which has no entry")];
  }
  // The flag lets a server speak to the agent, and a folder's file may have named any.
  const entry = entries.find(({ name, pointsTo }) =>
    (pointsTo === "this" || pointsTo === "copy") && NAME.test(name)
  );
  if (!entry) {
    return [
      push.skip("no_own", "only for Claude Code, which has no entry that starts this program"),
    ];
  }
  return [push.skip(
    "needs",
    "Claude Code shows messages as they arrive from version 2.1.80 on, logged in to claude.ai, and " +
      "started with this flag; without it the agent asks for them",
    `claude --dangerously-load-development-channels server:${entry.name}`,
  )];
}
