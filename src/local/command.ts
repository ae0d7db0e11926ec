/**
 * The command that runs a local platform until it is told to stop.
 *
 * @module
 */
import { cleanText } from "../safety/untrusted/clean_text.ts";
import { type LocalPlatform, startLocalPlatform } from "./start.ts";
import { randomSecret } from "./state/ids.ts";
import { createTeam, settingsOf, type TeamMember } from "./team.ts";

const HIGHEST_PORT = 65_535;

const HELP = `Run a local Molecule platform on 127.0.0.1, with a small team, to try molecule-mcp on.

Usage: deno task local [--port N]

  --port N   Listen on this port (default: a free one)
  --help     Show this text

Everything is kept in memory and gone when the platform stops (Ctrl+C).`;

/** Where the command writes, and when it stops. */
export interface CommandContext {
  print: (line: string) => void;
  printError: (line: string) => void;
  /** Resolves when the platform is to stop. */
  stop: Promise<void>;
  /** The syntax of the settings that are shown. */
  shell: "sh" | "powershell";
}

/** Runs the command. @returns The exit code: 0, 1 when the port is taken, 2 for wrong arguments */
export async function runLocal(args: string[], context: CommandContext): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    context.print(HELP);
    return 0;
  }
  const port = parsePort(args);
  if (typeof port === "string") {
    context.printError(`${port}\nTry: deno task local --help`);
    return 2;
  }
  try {
    const adminToken = randomSecret(); // Whoever presents it is the user.
    const platform = await startLocalPlatform({ port, adminToken, recordRequests: false });
    try {
      const team = await createTeam(platform);
      for (const line of introduction(platform, team, adminToken, context.shell)) {
        context.print(line);
      }
      showMessages(platform, team, context.print);
      await context.stop;
    } finally {
      await platform.close();
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    context.printError(`Cannot listen on port ${port}: it is taken. Choose another with --port.`);
    return 1;
  }
  return 0;
}

/** The port, or what is wrong with the arguments. */
function parsePort(args: string[]): number | string {
  const [flag, value, ...more] = args.flatMap((arg) =>
    arg.startsWith("--port=") ? ["--port", arg.slice("--port=".length)] : [arg]
  );
  if (flag === undefined) return 0;
  if (flag !== "--port") return `Cannot read the argument ${flag}: expected --port or --help.`;
  if (more.length > 0) return `Cannot read the argument ${more[0]}: expected nothing more.`;
  const port = /^\d+$/.test(value ?? "") ? Number(value) : NaN;
  if (port <= HIGHEST_PORT) return port;
  return `Cannot read the port: expected a number from 0 to ${HIGHEST_PORT}, got ${
    value ?? "none"
  }.`;
}

function introduction(
  platform: LocalPlatform,
  team: TeamMember[],
  adminToken: string,
  shell: CommandContext["shell"],
): string[] {
  const [lead] = team;
  return [
    `The local Molecule platform listens on ${platform.url} (stop it with Ctrl+C).`,
    "",
    "A team is there: a lead, and a researcher and a writer below it. To be one of them, run",
    "molecule-mcp auth login --profile local and paste its three lines there:",
    ...team.flatMap((member) => [
      "",
      `${member.name}:`,
      "",
      ...settingsOf(member, platform.url, shell),
    ]),
    "",
    "To write to the lead as its user (what it answers appears here):",
    "",
    `curl ${platform.url}/workspaces/${lead?.id}/a2a -H 'Authorization: Bearer ${adminToken}' ` +
    `-d '${userMessage("Hello")}'`,
    "",
  ];
}

function userMessage(text: string): string {
  const message = { parts: [{ kind: "text", text }] };
  return JSON.stringify({ jsonrpc: "2.0", id: "1", method: "message/send", params: { message } });
}

function showMessages(
  platform: LocalPlatform,
  team: TeamMember[],
  print: (line: string) => void,
): void {
  platform.onNotify(({ workspaceId, message, attachments }) => {
    const name = team.find(({ id }) => id === workspaceId)?.name ?? workspaceId;
    const files = attachments.length > 0 ? ` (with ${attachments.length} file(s))` : "";
    print(`${name} to its user: ${cleanText(message)}${files}`);
  });
}
