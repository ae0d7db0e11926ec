import { ownCommand } from "../../cli/own_command.ts";
import { AREAS, type Finding } from "../doctor/finding.ts";
import { outcomeOf, OUTCOMES, type ProbeCause } from "./outcomes.ts";

/** What keeps a platform from taking a token: a finding whose mark is the table's. */
export function trouble(cause: ProbeCause, text: string, next?: string): Finding {
  const area = AREAS.find((area) => cause.startsWith(`${area}.`)) ?? "network";
  const { mark } = OUTCOMES[outcomeOf(cause) ?? "unreachable"];
  return { mark, area, cause, text, ...(next !== undefined && { next }) };
}

/** The command that asks once more. */
export function again({ again = ownCommand("doctor") }: { readonly again?: string }): string {
  return again;
}
