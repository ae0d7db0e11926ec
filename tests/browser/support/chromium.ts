import { join } from "@std/path";
// Drives a browser that is there, and brings none: 9 years, Apache-2.0, no dependencies. For tests alone.
import { type Browser, chromium } from "playwright-core";
import { lacking, type SkipReason } from "../../support/test_unless.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Where Chromium is, as PATH has it. */
const CHROMIUM = findChromium();
/** Why tests in a browser are skipped here. */
export const NO_CHROMIUM: SkipReason = lacking("Chromium on PATH", CHROMIUM !== undefined);

/** Starts Chromium without a window. */
export async function startChromium(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error(`Cannot find Chromium: ${NO_CHROMIUM}`);
  // Nothing may go out by itself: updates, lists of bad sites, the search for a proxy.
  const args = [
    "--disable-background-networking",
    "--no-proxy-server",
    "--disable-component-update",
  ];
  return await chromium.launch({ executablePath: CHROMIUM, args });
}

function findChromium(): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isFile);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
