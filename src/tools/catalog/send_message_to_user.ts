import * as z from "zod/mini";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { textField } from "../../lib/json.ts";
import { notifyUser, type SentFile } from "../../platform/api/messages.ts";
import { uploadFiles } from "../../platform/api/sent_files.ts";
import { cleanText } from "../../safety/untrusted/untrusted_text.ts";
import { checkAttachments, type CheckedAttachment } from "../attachments/check_attachments.ts";
import { parseAttachments } from "../attachments/parse_attachments.ts";
import type { ToolContext } from "../support/context.ts";
import { defineTool } from "../support/define_tool.ts";
import { ToolInputError } from "../support/errors.ts";
import { optionalString, requiredString } from "../support/arguments.ts";
import type { WorkspaceConnection } from "../support/workspace_router.ts";

export const sendMessageToUserTool = defineTool({
  name: "send_message_to_user",
  title: "Message the user",
  description: "Post a chat bubble to the user's canvas at once: acknowledge, report progress, " +
    "deliver results. Deliver files with `attachments`; do not paste file links or local paths.",
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  permission: "approve",
  input: z.object({
    message: requiredString(
      "The bubble's text; required even with files. Never put file URLs, download links or local " +
        "paths here: on hosted (SaaS) platforms the user's browser cannot reach them.",
    ),
    attachments: z.optional(
      // An entry may also be an object: see `parseAttachments`.
      z.array(z.any()).check(z.meta({
        items: { type: "string" },
        description: "Required way to deliver files: absolute local paths, each shown as a " +
          "download chip. No link in the message, no base64. Up to 25 MB per file.",
      })),
    ),
    workspace_id: optionalString(
      "With several workspaces, the answered message's arrival_workspace_id.",
    ),
  }),
  output: z.object({ sent: z.boolean(), attachments: z.number() }),
  async run(args, context) {
    if (args.message.trim() === "") throw new ToolInputError("Error: message is required");
    const connection = context.router.route(args.workspace_id);
    const wanted = parseAttachments(args.attachments);
    const checked = await checkAttachments(wanted, context.settings, connection.client.outbound);
    const attachments = await upload(checked, connection, context);
    await send(args.message, attachments, connection, context.signal);
    const count = attachments.length;
    return {
      text: count === 0
        ? "Message sent to user"
        : `Message sent to user with ${count} attachment(s)`,
      structured: { sent: true, attachments: count },
    };
  },
});

/** All files or none: the first failure ends the call before anything is shown to the user. */
async function upload(
  attachments: readonly CheckedAttachment[],
  connection: WorkspaceConnection,
  { inbox, signal, progress }: ToolContext,
): Promise<readonly SentFile[]> {
  const files = attachments.flatMap((attachment) => "file" in attachment ? attachment.file : []);
  if (files.length > 0) progress?.(`Uploading ${files.length} file(s)`);
  const results = files.length > 0 ? [...await uploadFiles(connection.client, files, signal)] : [];
  for (const { uri } of results) inbox.rememberSentFile(uri);
  // In the order in which the agent named them.
  return attachments.flatMap((attachment) =>
    "uploaded" in attachment ? attachment.uploaded : results.splice(0, 1)
  );
}

async function send(
  message: string,
  attachments: readonly SentFile[],
  { client }: WorkspaceConnection,
  signal: AbortSignal,
): Promise<void> {
  try {
    await notifyUser(client, message, attachments, signal);
  } catch (error) {
    if (
      error instanceof PlatformError && error.kind === "forbidden" &&
      textField(error.body, "error") === "talk_to_user_disabled"
    ) {
      const hint = textField(error.body, "hint");
      throw new ToolInputError(
        "Error: this workspace is not allowed to message the user (talk_to_user_disabled)." +
          (hint === undefined ? "" : ` ${cleanText(hint).replace(/\.$/, "")}.`) +
          " Use delegate_task to hand your message to a supervisor workspace instead",
      );
    }
    throw error;
  }
}
