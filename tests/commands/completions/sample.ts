import type { CommandEntry } from "../../../src/cli/command_table.ts";
import type { Usage } from "../../../src/commands/support/usage.ts";

/** Commands with everything that a command may take, and texts that a shell may misread. */
export const SAMPLE_COMMANDS: readonly CommandEntry[] = [
  { name: "serve", summary: "serve" },
  { name: "auth login", summary: "what's `typed` [or: $HOME]" },
  { name: "auth logout", summary: 'forget "it"' },
  { name: "install", summary: "write \\ into a client" },
  { name: "read", summary: "read a file" },
];

const USAGES: Readonly<Record<string, Usage>> = {
  "auth login": {
    flags: {
      scope: {
        type: "string",
        value: "SCOPE",
        choices: ["user", "project"],
        meaning: "it's [where]: here",
      },
      "workspace-id": { type: "string", value: "ID", meaning: "of the workspace" },
      json: { type: "boolean", meaning: "as JSON" },
    },
  },
  install: {
    operands: "CLIENT...",
    operandChoices: ["claude-code", "codex"],
    flags: {
      "only": { type: "string", multiple: true, choices: ["a", "b"], meaning: "only this" },
    },
  },
  read: { operands: "FILE", flags: { bundle: { type: "string", value: "FILE", meaning: "to" } } },
};

export function sampleUsage(name: string): Usage | undefined {
  return Object.hasOwn(USAGES, name) ? USAGES[name] : undefined;
}
