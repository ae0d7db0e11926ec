import { errorText } from "./error_text.ts";

const IS_WINDOWS = Deno.build.os === "windows";

/**
 * Errors of the operating system by their code, in words that say what to do. The one place that
 * knows them, for every file and every connection of the program.
 */
const IN_WORDS: Readonly<Record<string, string>> = {
  EMFILE: IS_WINDOWS
    ? "this process has no file handles left. Start it again"
    : "this process has no file descriptors left. Raise their number (ulimit -n) where your " +
      "MCP client is started, then start again",
  ENFILE: "this machine has no file descriptors left. End programs that hold many files open",
  ENOSPC: "the disk is full. Make room on it, or set CONFIGS_DIR to a directory on another one",
  EDQUOT: "this user's share of the disk (quota) is used up. Make room, or set CONFIGS_DIR to a " +
    "directory elsewhere",
  EROFS: "the file system is read-only. Set CONFIGS_DIR to a directory that can be written to",
  EACCES: IS_WINDOWS
    ? "permission denied. Check in the properties of the file and its directory who may access " +
      "them, and whether another program has the file open"
    : "permission denied. Check the owner and the mode of the file and its directories",
  EPERM: IS_WINDOWS
    ? "the operating system does not permit it. Check in the properties of the file and its " +
      "directory who may access them, and whether another program has the file open"
    : "the operating system does not permit it. Check the owner, the mode and the attributes " +
      "of the file and its directory",
  ENOTDIR: "a part of the path that should be a directory is not one. Check the path",
  EISDIR: "it is a directory. Give the path of a file",
  ELOOP: "its symbolic links form a loop. Check the path",
  ENAMETOOLONG: "the path is too long for this file system. Use a shorter one",
  EIO: "the disk reports an input/output error. Check the disk",
  ESTALE: "the network file system has lost the file. Mount it again, or set CONFIGS_DIR to a " +
    "directory on a local disk",
  ENOMEM: "this machine has no memory left. End other programs",
  EFBIG: "the file would be larger than this user or file system allows",
  ETXTBSY: "another program is executing the file",
  EBUSY: "another program holds the file. Close it there",
  ENOBUFS: "this machine has no room left for connections. End other programs",
};

/** Where Windows means something else by a code, or has no such advice to follow. */
const IN_WINDOWS_WORDS: Readonly<Record<string, string>> = {
  EMFILE: "this process has no file handles left. Start it again",
  EPERM:
    "Windows denies access. Check that the file is not read-only, that no other program holds " +
    "it open, and that this account may write to it and to its directory",
  EACCES:
    "Windows denies access. Check that this account may use the file and its directory, and " +
    "what security software on this machine says",
};

/**
 * Errors of Windows that Deno has no code for. Their texts are in the language of the system, so only
 * their numbers tell; no other system has numbers that large.
 */
const BY_WINDOWS_NUMBER: Readonly<Record<string, string>> = {
  1295: "EDQUOT",
  1450: "ENOMEM",
  1455: "ENOMEM",
  10024: "EMFILE",
  10055: "ENOBUFS",
};

/** What the network code of Deno says where no code comes along. */
const BY_TEXT: readonly (readonly [RegExp, string])[] = [
  [/Too many open files in system/i, "ENFILE"],
  [/Too many open files/i, "EMFILE"],
  [/No space left on device/i, "ENOSPC"],
  [/Disk quota exceeded/i, "EDQUOT"],
  [/Read-only file system/i, "EROFS"],
  [/Cannot allocate memory/i, "ENOMEM"],
];

const DEEPEST_CAUSE = 5;

/**
 * The operating system's reason for an error, in words and with its code, when it is one that these
 * machines give: a sentence's end, without a full stop. `undefined` for everything else, such as a
 * fault of this program.
 *
 * @param os whose words these are
 *
 * @example
 * `systemReason(error)` // "the disk is full. Make room on it, … (ENOSPC)"
 */
export function systemReason(error: unknown, os = Deno.build.os): string | undefined {
  const code = systemCode(error);
  if (code === undefined) return undefined;
  const words = (os === "windows" ? IN_WINDOWS_WORDS[code] : undefined) ?? IN_WORDS[code];
  return words === undefined ? undefined : `${words} (${code})`;
}

/** The code of the error or of what caused it, such as `ENOSPC`. */
export function systemCode(error: unknown): string | undefined {
  let text = "";
  let cause = error;
  for (let depth = 0; cause instanceof Error && depth < DEEPEST_CAUSE; depth++) {
    if ("code" in cause && typeof cause.code === "string" && /^E[A-Z0-9]+$/.test(cause.code)) {
      return cause.code;
    }
    text += `${cause.message}\n`;
    cause = cause.cause;
  }
  const number = /\(os error (\d+)\)/.exec(text)?.[1];
  return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ??
    (number === undefined ? undefined : BY_WINDOWS_NUMBER[number]);
}

/**
 * What an error says, for a sentence's end: in words where it is the operating system's own. One that
 * wraps another says more than that, and is left as it is.
 */
export function reasonOf(error: unknown): string {
  const message = errorText(error);
  if (error instanceof Error && error.cause !== undefined) return message;
  // Deno adds the call and its path ("… (os error 13): open '/the/path'"), named by the caller.
  return systemReason(error) ?? message.replace(/ \(os error \d+\).*$/s, "");
}
