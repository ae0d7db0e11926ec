import { EXIT } from "../cli/exit_codes.ts";
import { findStateDir } from "../config/find_state_dir.ts";
import { findServers, placesBelow } from "./status/find_servers.ts";
import { hasTrouble, serverLines } from "./status/lines.ts";
import type { Place } from "./status/server_report.ts";
import { watch } from "./status/watch.ts";
import type { Command, CommandContext } from "./support/command.ts";
import { UsageError } from "./support/usage.ts";
import { lookAtDirectory } from "./support/look_at_directory.ts";

/** Shows what the running servers of this state directory and its profiles know. */
export const status: Command = {
  usage: {
    flags: {
      json: { type: "boolean", meaning: "as JSON" },
      watch: { type: "boolean", meaning: "show it anew every second, until Ctrl-C" },
    },
    notes: [
      "Without --profile it shows the servers of every profile. That none runs is no failure.",
    ],
  },
  async run(args, context) {
    const { terminal, signal } = context;
    const watches = args.isSet("watch");
    if (watches && args.isSet("json")) throw new UsageError("--watch shows no JSON: leave one out");
    if (watches && (terminal.width === undefined || context.read("TERM") === "dumb")) {
      throw new UsageError("--watch needs a terminal; without one, run status again and again");
    }
    const places = await whereToLook(context);
    if (typeof places === "string") {
      terminal.error(places);
      return EXIT.configuration;
    }
    if (watches) {
      await watch(terminal, async () => (await shown(places, context)).lines, signal);
      return EXIT.ok;
    }
    if (args.isSet("json")) {
      terminal.json({ state_dirs: places, ...await findServers(places) });
      return EXIT.ok;
    }
    const { lines, notes } = await shown(places, context);
    terminal.print(lines.join("\n"));
    for (const note of notes) terminal.note(note);
    return EXIT.ok;
  },
};

/** The directories; or what is wrong with the settings. */
async function whereToLook(
  { read, profile }: CommandContext,
): Promise<readonly Place[] | string> {
  const { state, environment } = await findStateDir(read, { profile, onlyLook: lookAtDirectory });
  if (!state) {
    return environment.problems.filter(({ variable }) => variable === "CONFIGS_DIR")
      .map(({ message }) => `CONFIGS_DIR: ${message}`).join("\n");
  }
  if ("problem" in state) {
    return state.absent === undefined ? `${state.problem.variable}: ${state.problem.message}` : [{
      profile: null,
      state_dir: state.absent,
    }];
  }
  return profile === undefined
    ? await placesBelow(state.path)
    : [{ profile, state_dir: state.path }];
}

/** What a person is shown: the result, and what to do next. */
async function shown(
  places: readonly Place[],
  { terminal }: CommandContext,
): Promise<{ lines: readonly string[]; notes: readonly string[] }> {
  const { servers, unreadable } = await findServers(places);
  const layout = {
    nowMs: Date.now(),
    width: terminal.width,
    mark: (kind: Parameters<typeof terminal.mark>[0]) => terminal.mark(kind),
    strong: terminal.colors.bold,
  };
  const blocks = servers.map((server) => serverLines(server, layout));
  const notes = unreadable.map(({ path, reason }) => `Not shown: ${path}: ${reason}`);
  if (!servers.some(({ running }) => running !== false)) {
    blocks.push([noneRuns(places)]);
    notes.push("An MCP client starts it: molecule-mcp clients shows which are set up.");
  } else if (servers.some(hasTrouble)) notes.push("To find the cause: molecule-mcp doctor");
  return { lines: blocks.flatMap((block, at) => at === 0 ? block : ["", ...block]), notes };
}

function noneRuns([first, ...profiles]: readonly Place[]): string {
  const names = profiles.map(({ profile }) => profile).join(", ");
  return `No server is running for ${first?.state_dir}` +
    (profiles.length === 0 ? "." : `, and none for its profiles (${names}).`);
}
