import { basename } from "@std/path";
import { decodeText } from "../../lib/decode_text.ts";
import type { FileToSend } from "../../platform/api/sent_files.ts";
import type { OutboundSecrets } from "../../safety/secrets/outbound_secrets.ts";
import { isSameFile } from "../../lib/files/same_file.ts";
import { ToolInputError } from "../support/errors.ts";

/** A platform's token (src/platform/API.md, "Tokens") and nothing else. */
const TOKEN_ALONE = /^[A-Za-z0-9_-]{43}$/;
const TOKEN_FILE_BYTES = 256;

/**
 * Searches a file for secrets before it is sent, and records which file it was: `uploadFiles` sends
 * that one or none.
 *
 * @param path as the agent wrote it
 * @param real the same with every link resolved
 * @throws {ToolInputError} when a secret is in it, or it changed while it was being checked
 */
export async function inspectFile(
  path: string,
  real: string,
  outbound: OutboundSecrets,
): Promise<FileToSend> {
  await outbound.refresh();
  const file = await Deno.open(real);
  try {
    const info = await file.stat();
    // Deno cannot open without following links, so check that the opened file is the path's own.
    const linked = await Deno.lstat(real);
    if (!linked.isFile || !isSameFile(linked, info) || await Deno.realPath(real) !== real) {
      throw changed(path);
    }
    const scanner = outbound.scanner();
    const buffer = new Uint8Array(256 * 1024);
    let size = 0;
    for (let count = await file.read(buffer); count !== null; count = await file.read(buffer)) {
      size += count;
      if (size > info.size) throw changed(path);
      const piece = buffer.subarray(0, count);
      if (scanner.feed(piece) || isTokenFile(piece, info.size)) {
        throw new ToolInputError(
          `Error: attachment ${path} was not sent: it contains a workspace's token or secret, ` +
            "which must not leave this machine. Remove it first",
        );
      }
    }
    if (size !== info.size) throw changed(path);
    return {
      path: real,
      name: sentName(path),
      size,
      identity: { dev: info.dev, ino: info.ino, modifiedMs: info.mtime?.getTime() },
    };
  } finally {
    file.close();
  }
}

/** The name as the agent wrote it; Windows does not see dots and blanks at its end. */
function sentName(path: string): string {
  const name = basename(path);
  return Deno.build.os === "windows" ? name.replace(/[. ]+$/, "") : name;
}

/** Whether this is the token file of another profile, or a copy of one. */
function isTokenFile(start: Uint8Array, size: number): boolean {
  // Decoded as the token store does it, byte order mark included.
  return size <= TOKEN_FILE_BYTES && TOKEN_ALONE.test(decodeText(start)?.trim() ?? "");
}

function changed(path: string): ToolInputError {
  return new ToolInputError(
    `Error: attachment ${path} changed while it was being checked; try again`,
  );
}
