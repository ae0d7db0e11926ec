import { isDeviceName } from "../../lib/device_name.ts";

/** A device's prefix, in the forms that lead to one: `\\.\`, `\\?\` and the kernel's `\??\`. */
const DEVICE_PREFIX = /^\\(?:\\[.?]|\?\?)(?:\\|$)/;
const VERBATIM_DRIVE = /^\\\\\?\\(?=[A-Za-z]:\\)/;
const VERBATIM_SHARE = /^\\\\\?\\UNC\\/i;

/**
 * Why an attachment's path must not even be looked at on Windows: the end of a sentence, or
 * `undefined` if it may be. Some paths act when they are looked at: a share's server is shown the
 * user's login (its hash), and a device is opened.
 *
 * @param trusted paths that the user has configured: the shares they are on may be used
 */
export function windowsPathFault(path: string, trusted: readonly string[]): string | undefined {
  const plain = plainPath(path);
  if (DEVICE_PREFIX.test(plain)) return "it names a device, not a file";
  if (plain.startsWith("\\\\")) {
    const share = shareOf(plain);
    if (share === undefined || !trusted.some((root) => shareOf(plainPath(root)) === share)) {
      return "it is on a network share, whose server would be shown this user's login. Copy the " +
        "file to this machine, or name the share in MOLECULE_ATTACH_ROOTS";
    }
  } else if (!/^[A-Za-z]:\\/.test(plain)) {
    return undefined; // It is not absolute, which is told elsewhere.
  }
  const rest = plain.replace(/^[A-Za-z]:/, "");
  if (rest.includes(":")) return 'it names a stream inside of a file (":")';
  const name = rest.split("\\").at(-1) ?? "";
  return isDeviceName(name) ? `${JSON.stringify(name)} is a device of Windows` : undefined;
}

/** With backslashes, and without the prefix that turns off Windows' own rules. */
function plainPath(path: string): string {
  return path.replaceAll("/", "\\").replace(VERBATIM_DRIVE, "").replace(VERBATIM_SHARE, "\\\\");
}

/** `\\server\share` in lower case. */
function shareOf(path: string): string | undefined {
  return /^\\\\[^\\]+\\[^\\]+/.exec(path)?.[0].toLowerCase();
}
