/**
 * The systems that the program is built for.
 *
 * @module
 */

/** One system. */
export interface Target {
  /** Its name for `deno compile --target`, which is also that of `Deno.build.target`. */
  readonly triple: string;
  readonly os: "linux" | "macos" | "windows";
  readonly arch: "x86_64" | "aarch64";
}

/** Every system that a release has an executable for (Linux: glibc). */
export const TARGETS: readonly Target[] = [
  { triple: "x86_64-unknown-linux-gnu", os: "linux", arch: "x86_64" },
  { triple: "aarch64-unknown-linux-gnu", os: "linux", arch: "aarch64" },
  { triple: "x86_64-apple-darwin", os: "macos", arch: "x86_64" },
  { triple: "aarch64-apple-darwin", os: "macos", arch: "aarch64" },
  { triple: "x86_64-pc-windows-msvc", os: "windows", arch: "x86_64" },
  { triple: "aarch64-pc-windows-msvc", os: "windows", arch: "aarch64" },
];

/** The executable's file name in dist/ and in a release. */
export function executableName({ os, arch }: Target): string {
  return `molecule-mcp-${os}-${arch}${os === "windows" ? ".exe" : ""}`;
}

/** The target of this machine; `undefined` on a system without an executable. */
export function ownTarget(): Target | undefined {
  return TARGETS.find(({ triple }) => triple === Deno.build.target);
}

/** How many bytes at the start of a file `systemOf` wants to see. */
export const SYSTEM_HEADER_BYTES = 4096;

/**
 * The system that an executable is really for, by its ELF, Mach-O or PE header.
 *
 * @param header the file's first {@linkcode SYSTEM_HEADER_BYTES} bytes
 */
export function systemOf(header: Uint8Array): Pick<Target, "os" | "arch"> | undefined {
  if (header.byteLength < 64) return undefined;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (view.getUint32(0) === 0x7f454c46) {
    return system("linux", view.getUint16(18, true), { 0x3e: "x86_64", 0xb7: "aarch64" });
  }
  if (view.getUint32(0, true) === 0xfeedfacf) {
    return system("macos", view.getUint32(4, true), {
      0x01000007: "x86_64",
      0x0100000c: "aarch64",
    });
  }
  const peOffset = view.getUint32(60, true);
  const isPe = view.getUint16(0) === 0x4d5a && peOffset + 6 <= header.byteLength &&
    view.getUint32(peOffset) === 0x50450000;
  if (!isPe) return undefined;
  return system("windows", view.getUint16(peOffset + 4, true), {
    0x8664: "x86_64",
    0xaa64: "aarch64",
  });
}

function system(
  os: Target["os"],
  machine: number,
  machines: Readonly<Record<number, Target["arch"]>>,
): Pick<Target, "os" | "arch"> | undefined {
  const arch = machines[machine];
  return arch && { os, arch };
}
