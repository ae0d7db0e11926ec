import { ownCommand } from "../cli/own_command.ts";
import { EXIT } from "../cli/exit_codes.ts";
import { findStateDir } from "../config/find_state_dir.ts";
import { findServers, placesBelow } from "./status/find_servers.ts";
import { settingsFrom } from "../config/settings.ts";
import { nextClientStep } from "./clients/next_step.ts";
import { hasTrouble, isRefused, serverLines } from "./status/lines.ts";
import type { Place } from "./status/server_report.ts";
import { watch } from "./status/watch.ts";
import type { Command, CommandContext } from "./support/command.ts";
import { whyLocksTellNothing } from "./support/cannot_tell.ts";
import { noteNext } from "./support/next_step.ts";
import type { Terminal } from "./support/terminal.ts";
import { wrap } from "./support/wrap.ts";
import { UsageError } from "./support/usage.ts";
import { otherProfiles } from "./support/other_profiles.ts";
import { faultOf, profileFlag, setUpCommand, typedAs } from "./support/profile_flag.ts";
import { lookAtDirectory } from "./support/look_at_directory.ts";

/** What begins the sentence about a profile that is not there, however it was named. */
const NO_PROFILE = /^--(?:profile|local): /;

/** Shows what the running servers of this state directory and its profiles know. */
export const status: Command = {
  endsAtInterrupt: true,
  usage: {
    flags: {
      json: { type: "boolean", meaning: "as JSON" },
      watch: { type: "boolean", meaning: "refresh every second, until Ctrl-C" },
    },
    notes: [
      "Without --profile it shows the servers of every profile. That none runs is no failure.",
    ],
  },
  async run(args, context) {
    const { terminal, signal, profile } = context;
    const watches = args.isSet("watch");
    if (watches && args.isSet("json")) throw new UsageError("--watch shows no JSON: leave one out");
    if (watches && (terminal.width === undefined || context.read("TERM") === "dumb")) {
      throw new UsageError("--watch needs a terminal; without one, run status again and again");
    }
    const places = await whereToLook(context);
    if (typeof places === "string") {
      terminal.error(places);
      if (NO_PROFILE.test(places)) noteNext(terminal, setUpCommand(profile));
      return EXIT.configuration;
    }
    if (watches) {
      await watch(terminal, async () => (await shown(places, context, true)).lines, signal);
      return EXIT.ok;
    }
    if (args.isSet("json")) {
      terminal.json({ state_dirs: places, ...await findServers(places) });
      return EXIT.ok;
    }
    const { lines, notes, next } = await shown(places, context);
    terminal.print(lines.join("\n"));
    for (const note of notes) terminal.note(note);
    const step = next ?? await firstStep(context);
    if (step !== false) noteNext(terminal, step);
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
    return state.absent === undefined
      ? `${typedAs(state.problem.variable, profile)}: ${faultOf(state.problem)}`
      : [{
        profile: null,
        state_dir: state.absent,
      }];
  }
  return profile === undefined
    ? await placesBelow(state.path)
    : [{ profile, state_dir: state.path }];
}

/** What a person is shown; `next` is undefined where no server runs. */
interface Shown {
  readonly lines: readonly string[];
  readonly notes: readonly string[];
  readonly next?: string | false;
}

async function shown(
  places: readonly Place[],
  { terminal, profile }: CommandContext,
  cutsWords = false,
): Promise<Shown> {
  const { servers, unreadable } = await findServers(places);
  const layout = {
    nowMs: Date.now(),
    width: terminal.width,
    cutsWords,
    mark: (kind: Parameters<typeof terminal.mark>[0]) => terminal.mark(kind),
    strong: terminal.colors.bold,
  };
  const blocks = servers.map((server) => serverLines(server, layout));
  const notes = unreadable.map(({ path, reason }) => `Not shown: ${path}: ${reason}`);
  const isRunning = servers.some(({ running }) => running !== false);
  if (!isRunning) blocks.push([noneRuns(places, terminal)]);
  const lines = blocks.flatMap((block, at) => at === 0 ? block : ["", ...block]);
  if (!isRunning) return { lines, notes };
  const refused = servers.find(isRefused);
  const troubled = refused ?? servers.find(hasTrouble);
  const flag = profileFlag(troubled?.profile ?? profile);
  if (!troubled) {
    const isUnsure = servers.some(({ running }) => running === null);
    return { lines, notes, next: isUnsure && whyLocksTellNothing(profile).next };
  }
  const asked = troubled.profile ?? profile;
  return { lines, notes, next: refused ? setUpCommand(asked) : ownCommand(`doctor${flag}`) };
}

/** What is to be done before a server can run. */
async function firstStep(context: CommandContext): Promise<string> {
  const { read, profile } = context;
  const found = await findStateDir(read, { profile, onlyLook: lookAtDirectory });
  const result = await settingsFrom(found);
  if ("settings" in result) return await nextClientStep(context);
  // None of the servers that were looked for has the default place's settings: those of a profile are
  // to be started.
  const [other] = await otherProfiles(found, result, profile);
  if (other !== undefined) return await firstStep({ ...context, profile: other });
  const isWrong = result.problems.some(({ kind, variable }) =>
    kind === "invalid" && variable !== "CONFIGS_DIR"
  );
  return isWrong ? ownCommand(`doctor${profileFlag(profile)}`) : setUpCommand(profile);
}

function noneRuns([first, ...profiles]: readonly Place[], { width }: Terminal): string {
  const names = profiles.map(({ profile }) => profile).join(", ");
  const more = profiles.length === 0 ? "." : `, and none for its profiles (${names}).`;
  return wrap(`No server is running for ${first?.state_dir}${more}`, width);
}
