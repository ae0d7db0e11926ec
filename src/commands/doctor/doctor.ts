import { EXIT } from "../../cli/exit_codes.ts";
import { inspectClients } from "../clients/inspect.ts";
import { ownLaunch, thisMachine } from "../clients/launch.ts";
import { findServers } from "../status/find_servers.ts";
import type { Command, CommandContext } from "../support/command.ts";
import type { Arguments } from "../support/usage.ts";
import { BundleError, variablesSet, writeBundle } from "./bundle.ts";
import { diagnose } from "./diagnose.ts";
import { printDiagnosis } from "./print.ts";
import { exitCodeOf, reportOf } from "./report.ts";

/** `doctor`: looks at everything between an agent and its platform, and changes nothing. */
export const doctor: Command = {
  usage: {
    flags: {
      json: { type: "boolean", meaning: "print one JSON object" },
      offline: { type: "boolean", meaning: "ask no platform (2 seconds at most instead of 10)" },
      bundle: {
        type: "string",
        value: "FILE",
        meaning: "also write a report without secrets, to attach to an issue",
      },
    },
    notes: [
      "Nothing is changed: it makes and removes temporary files in a state directory that exists.",
      "Exit codes: 0 nothing fails, 1 something does, 2 the settings or the token's place are wrong or " +
      "incomplete, 3 the platform refuses the token.",
    ],
  },
  run: runDoctor,
};

async function runDoctor(args: Arguments, context: CommandContext): Promise<number> {
  const { terminal, read, signal, profile } = context;
  const isOffline = args.isSet("offline");
  const machine = thisMachine(read);
  const diagnosis = await diagnose({
    clients: () => inspectClients(machine, ownLaunch(machine, profile)),
    servers: async (stateDir) =>
      (await findServers([{ profile: profile ?? null, state_dir: stateDir }])).servers,
    read,
    signal,
    isOffline,
    ...(profile !== undefined && { profile }),
  });
  if (signal.aborted) {
    terminal.note("Interrupted.");
    return EXIT.interrupted;
  }
  const exitCode = exitCodeOf(diagnosis);
  const report = reportOf(diagnosis, exitCode, Date.now());
  if (args.isSet("json")) terminal.json(report);
  else printDiagnosis(terminal, diagnosis);
  const path = args.text("bundle");
  if (path === undefined) return exitCode;
  try {
    await writeBundle(path, { ...report, variables_set: variablesSet(read) });
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    terminal.error(error.message);
    return exitCode === EXIT.ok ? EXIT.failed : exitCode;
  }
  terminal.note(`Wrote ${path}. It holds no token; read it before you send it to anybody.`);
  return exitCode;
}
