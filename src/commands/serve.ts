import type { Command } from "./support/command.ts";
import { UsageError } from "./support/usage.ts";

/** What `serve --help` says. The server itself is in the first file (src/cli/commands.ts). */
export const serve: Command = {
  usage: {
    flags: {},
    notes: [
      "An MCP client starts it, without any argument. By hand there is nothing to see: it waits for " +
      "MCP on stdin, and while it runs it takes the messages that are meant for the client's agent.",
    ],
  },
  run: () => Promise.reject(new UsageError("it takes --profile once, and nothing else")),
};
