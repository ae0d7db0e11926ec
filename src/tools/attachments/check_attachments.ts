import type { AttachRoots } from "../../config/attach_roots.ts";
import { expandHome, fullPathFor, isFullPath } from "../../config/paths.ts";
import type { Settings } from "../../config/settings.ts";
import type { SentFile } from "../../platform/api/messages.ts";
import type { FileToSend } from "../../platform/api/sent_files.ts";
import type { OutboundSecrets } from "../../safety/secrets/outbound_secrets.ts";
import { inspectFile } from "./inspect_file.ts";
import { type OwnFiles, ownFiles } from "./own_files.ts";
import type { AttachmentArgument } from "./parse_attachments.ts";
import { type AllowedDirectories, allowedDirectories } from "./allowed_directories.ts";
import { windowsPathFault } from "./windows_path.ts";
import { ToolInputError } from "../support/errors.ts";
import { throughFile } from "../../lib/files/through_file.ts";
import { errorText } from "../../lib/error_text.ts";

/** Limits of the platform (src/platform/API.md, "Size limits"), checked before anything is sent. */
const MAX_FILE_BYTES = 25 * 1024 * 1024;
/** 50 MiB, less what the multipart form around the files may take. */
const MAX_TOTAL_BYTES = 49.5 * 1024 * 1024;
const MAX_FILES = 64;

/** An attachment that may be sent. */
export type CheckedAttachment = { readonly file: FileToSend } | { readonly uploaded: SentFile };

/**
 * Checks every file before the first byte is sent: absolute path, regular file, within the limits,
 * in a directory that attachments may come from or received by this program, not one of its own
 * private files, and without a secret in it.
 *
 * @param outbound knows the secrets to look for
 * @throws {ToolInputError} for the first attachment that cannot be sent
 */
export async function checkAttachments(
  attachments: readonly AttachmentArgument[],
  settings: Pick<Settings, "stateDir" | "workspaces" | "attachRoots" | "homeDir">,
  outbound: OutboundSecrets,
): Promise<readonly CheckedAttachment[]> {
  if (attachments.length > MAX_FILES) {
    throw new ToolInputError(
      `Error: ${attachments.length} attachments are too many: one message takes at most ${MAX_FILES}`,
    );
  }
  const own = await ownFiles(settings);
  const allowed = await allowedDirectories(settings.attachRoots);
  const checked: CheckedAttachment[] = [];
  let total = 0;
  for (const attachment of attachments) {
    if ("uploaded" in attachment) {
      checked.push(attachment);
      continue;
    }
    const path = localPath(attachment.path, settings.homeDir);
    refuseUnseen(path, settings);
    const file = await checkFile(path, { own, allowed, outbound });
    total += file.size;
    checked.push({ file });
  }
  if (total > MAX_TOTAL_BYTES) {
    throw new ToolInputError(
      `Error: the attachments are ${megabytes(total)} in total; one message takes at most ${
        megabytes(MAX_TOTAL_BYTES)
      }. Send them in several messages`,
    );
  }
  return checked;
}

/** Also accepts `workspace:/path`, the form in which an inbox message names a fetched file. */
function localPath(path: string, home: string | undefined): string {
  return expandHome(path.replace(/^workspace:(?=[\\/]|[A-Za-z]:[\\/])/, ""), home);
}

/** Refuses what must not be looked at, or would not mean the same place everywhere. */
function refuseUnseen(
  path: string,
  { attachRoots, stateDir, homeDir }: Pick<Settings, "attachRoots" | "stateDir" | "homeDir">,
): void {
  const refuse = (fault: string) => {
    throw new ToolInputError(`Error: invalid attachment path ${JSON.stringify(path)}: ${fault}`);
  };
  if (Deno.build.os === "windows") {
    const fault = windowsPathFault(path, [stateDir, ...rootsOf(attachRoots)]);
    if (fault !== undefined) refuse(fault);
  }
  if (/^file:/i.test(path)) {
    refuse("expected an absolute path, not a URI: write it without file://");
  }
  if (path.includes("\0") || !isFullPath(path)) {
    const example = JSON.stringify(fullPathFor(path, homeDir));
    refuse(`expected an absolute path${path.includes("\0") ? "" : `, for example ${example}`}`);
  }
}

function rootsOf(roots: AttachRoots): string[] {
  if ("configured" in roots) return [...roots.configured];
  return [roots.home, ...roots.temp, roots.workingDir].filter((path) => path !== undefined);
}

async function checkFile(
  path: string,
  { own, allowed, outbound }: {
    own: OwnFiles;
    allowed: AllowedDirectories;
    outbound: OutboundSecrets;
  },
): Promise<FileToSend> {
  let info: Deno.FileInfo;
  let real: string;
  try {
    info = await Deno.stat(path);
    real = await Deno.realPath(path);
  } catch (error) {
    const cause = error instanceof Deno.errors.NotFound ? await throughFile(path) : error;
    if (cause === undefined) throw new ToolInputError(`Error: attachment not found: ${path}`);
    throw new ToolInputError(`Error reading ${path}: ${reasonOf(cause)}`);
  }
  if (!info.isFile) {
    throw new ToolInputError(`Error: invalid attachment path ${path}: not a regular file`);
  }
  if (own.areSecret(real)) {
    throw new ToolInputError(
      `Error: invalid attachment path ${path}: it is one of molecule-mcp's own private files`,
    );
  }
  if (!own.wereReceived(real) && !allowed.contains(real)) {
    const named = real === path ? path : `${path} (${real})`;
    throw new ToolInputError(
      `Error: attachment ${named} is outside the directories that attachments may come from. ` +
        allowed.explanation,
    );
  }
  if (info.size === 0) {
    throw new ToolInputError(
      `Error: attachment ${path} is empty (0 bytes); the platform does not accept empty files`,
    );
  }
  if (info.size > MAX_FILE_BYTES) {
    throw new ToolInputError(
      `Error: attachment ${path} is ${megabytes(info.size)}; the limit is ${
        megabytes(MAX_FILE_BYTES)
      } per file`,
    );
  }
  try {
    return await inspectFile(path, real, outbound);
  } catch (error) {
    if (error instanceof ToolInputError) throw error;
    throw new ToolInputError(`Error reading ${path}: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  return errorText(error);
}

/** Rounded up, so that a size over a limit also reads as over it. */
function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / (1024 * 1024) * 10) / 10} MB`;
}
