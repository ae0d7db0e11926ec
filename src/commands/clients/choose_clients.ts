import { ownCommand } from "../../cli/own_command.ts";
import { EXIT } from "../../cli/exit_codes.ts";
import type { CommandContext } from "../support/command.ts";
import { PromptCancelled, Prompts } from "../support/prompt.ts";
import { UsageError } from "../support/usage.ts";
import type { Launch, Machine } from "./client.ts";
import type { Client } from "./client.ts";
import { type FoundClient, inspectClients } from "./inspect.ts";
import { namedClients } from "./request.ts";

/** Stands for every client that is meant. */
export const ALL = "all";

/**
 * The clients that `install` is to write to: those that were named, or all that are found here. Without
 * any name a person is asked about each that is found.
 *
 * @returns the exit code where there is none; that is said then
 * @throws {UsageError}
 * @throws {PromptCancelled} at Ctrl-C
 */
export async function chooseClients(
  operands: readonly string[],
  context: CommandContext,
  machine: Machine,
  launch: Launch,
): Promise<readonly Client[] | number> {
  const { terminal } = context;
  const isAll = operandsAreAll(operands);
  if (!isAll && operands.length > 0) return namedClients(operands);
  const found = (await inspectClients(machine, launch)).filter(({ installed }) => installed)
    .map(({ client }) => client);
  if (found.length === 0) {
    terminal.error(
      `${isAll ? "" : "no client was named, and "}none that this program knows was found here`,
    );
    terminal.step("For any other:", ownCommand("install generic --print"));
    return EXIT.configuration;
  }
  if (isAll) return found;
  const chosen = terminal.isInteractive ? await askAbout(found, context) : undefined;
  if (chosen && chosen.length > 0) return chosen;
  const ids = found.map(({ id }) => id);
  if (chosen) terminal.note("Nothing was changed.");
  else terminal.error(`no client was named; found here: ${ids.join(", ")}`);
  terminal.step("Next:", ownCommand(`install ${chosen ? "CLIENT" : ids.join(" ")}`));
  return EXIT.configuration;
}

/**
 * The clients that `uninstall` is to take the entry out of.
 *
 * @param found every client's entries, looked for where all are meant
 * @throws {UsageError}
 */
export async function clientsToLeave(
  operands: readonly string[],
  name: string,
  found: () => Promise<readonly FoundClient[]>,
): Promise<readonly Client[]> {
  if (!operandsAreAll(operands)) return namedClients(operands);
  return (await found()).filter(({ entries }) =>
    entries.some((entry) => entry.name === name && entry.scope === "user")
  ).map(({ client }) => client);
}

function operandsAreAll(operands: readonly string[]): boolean {
  if (!operands.includes(ALL)) return false;
  if (operands.length > 1) throw new UsageError(`"${ALL}" stands for every client: name no other`);
  return true;
}

/** @returns those that were answered with yes */
async function askAbout(
  found: readonly Client[],
  { terminal, signal }: CommandContext,
): Promise<readonly Client[]> {
  const chosen: Client[] = [];
  const prompts = new Prompts({ signal, columns: terminal.width });
  try {
    await prompts.during(async () => {
      for (const client of found) {
        if (await prompts.confirm(`Install it for ${client.name}?`)) chosen.push(client);
      }
    });
  } catch (error) {
    if (!(error instanceof PromptCancelled) || error.isInterrupt) throw error;
    return []; // At the end of input nobody has chosen.
  }
  return chosen;
}
