import { claudeCode } from "./claude_code.ts";
import { claudeDesktop } from "./claude_desktop.ts";
import type { Client } from "./client.ts";
import { codex } from "./codex.ts";
import { copilotCli } from "./copilot_cli.ts";
import { cursor } from "./cursor.ts";
import { geminiCli } from "./gemini_cli.ts";
import { hermes } from "./hermes.ts";
import { opencode } from "./opencode.ts";
import { PRINT_ONLY } from "./print_only.ts";
import { vscode } from "./vscode.ts";

/** A client whose file this program edits. */
export type EditedClient = Client & Required<Pick<Client, "format">>;

/** Those whose files are edited, the most used first. */
export const EDITED: readonly EditedClient[] = [
  claudeCode,
  codex,
  geminiCli,
  opencode,
  hermes,
  vscode,
  copilotCli,
  cursor,
  claudeDesktop,
].filter(isEdited);

/** Every client by what is typed. */
export const CLIENTS: readonly Client[] = [...EDITED, ...PRINT_ONLY];

/** Whether `install` edits the client's file. */
export function isEdited(client: Client): client is EditedClient {
  return client.format !== undefined;
}
