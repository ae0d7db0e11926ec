import { importHosts, NAME, ownStart } from "../../cli/own_program.ts";
import { ENVIRONMENT } from "../../config/environment.ts";
import { profileArgs } from "../../config/profile.ts";
import { VERSION } from "../../version.ts";
import type { Launch, Machine } from "./client.ts";

/**
 * How a client starts this very program: the executable itself, npx with this version, or Deno with the
 * file or URL that is running.
 *
 * @param profile adds `--profile NAME`
 * @returns undefined when it runs from source
 */
export function ownLaunch({ read, os }: Machine, profile?: string): Launch | undefined {
  const args = profileArgs(profile);
  const { form, main } = ownStart(read);
  switch (form) {
    case "npx":
    case "npm": {
      const npx = ["-y", `${NAME}@${VERSION}`, ...args];
      // npx is a batch file on Windows, which only its command interpreter starts.
      return os === "windows"
        ? { command: "cmd", args: ["/c", "npx", ...npx] }
        : { command: "npx", args: npx };
    }
    case "executable":
      return { command: main, args };
    case "deno": {
      const flags = ["run", "--quiet", "--no-config", ...permissions(main), main];
      return { command: Deno.execPath(), args: [...flags, ...args] };
    }
    case "source": // Its flags and import map cannot be told from inside.
      return undefined;
  }
}

/** What the server needs, no wider than what this process was given. */
function permissions(main: string): readonly string[] {
  const flags = ["--no-prompt", `--allow-env=${ENVIRONMENT.map(({ name }) => name).join(",")}`];
  for (const name of ["net", "read", "write"] as const) flags.push(`--allow-${name}`);
  const hosts = importHosts(main);
  return hosts.length === 0 ? flags : [...flags, `--allow-import=${hosts.join(",")}`];
}

/** The machine that this runs on. */
export function thisMachine(read: Machine["read"]): Machine {
  const { os } = Deno.build;
  return {
    os: os === "windows" || os === "darwin" ? os : "linux",
    read,
    cwd: Deno.cwd(),
  };
}
