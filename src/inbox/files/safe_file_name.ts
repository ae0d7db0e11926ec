import { isDeviceName } from "../../lib/device_name.ts";

const MAX_NAME_LENGTH = 100;
/** A longer "extension" does not count as one. */
const MAX_EXTENSION_LENGTH = 16;

/**
 * A file name that is safe in any directory: base name, letters, digits and `._-`, at most 100
 * characters, a short extension kept, and nothing that Windows reads differently: no dot at the end,
 * no device (tests/README.md, "Uploaded files"). The same on every system, since the directory may be
 * on a share.
 */
export function safeFileName(name: string): string {
  // Not `basename` of @std/path, which knows this system's separator only: a sender may have another.
  const base = name.split(/[\\/]/).at(-1) ?? "";
  const plain = base.replace(/[^A-Za-z0-9._-]/gu, "_").replace(/\.+$/, "");
  return shortened(isDeviceName(plain) ? `_${plain}` : plain).replace(/\.+$/, "") || "file";
}

function shortened(name: string): string {
  if (name.length <= MAX_NAME_LENGTH) return name;
  const extension = /\.[^.]+$/.exec(name)?.[0] ?? "";
  return extension.length > MAX_EXTENSION_LENGTH
    ? name.slice(0, MAX_NAME_LENGTH)
    : name.slice(0, MAX_NAME_LENGTH - extension.length) + extension;
}
