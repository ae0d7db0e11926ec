import { fromFileUrl, join } from "@std/path";
import { TempDir } from "../temp_dir.ts";
import { distDir, projectRoot } from "../release/project.ts";

/** The systems that can be emulated. */
export const SYSTEMS = ["windows", "arm64"] as const;
export type System = typeof SYSTEMS[number];

/** The helper outside the repository that provides them. */
const PROVIDER = fromFileUrl(new URL("../shared/foreign-deno", projectRoot));

/** Wine now and then crashes at its first start, and never at the next. */
const ATTEMPTS = 2;

/** The command that runs that system's Deno with the arguments it is given, or why there is none. */
export async function foreignDeno(
  system: System,
  provider = PROVIDER,
): Promise<{ readonly command: string } | { readonly absent: string }> {
  try {
    await Deno.stat(provider);
  } catch {
    return { absent: "../shared/foreign-deno is absent" };
  }
  let absent = "";
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { stdout, stderr } = await ask(provider, system);
    const command = lastLine(stdout);
    if (command !== "") return { command };
    absent = lastLine(stderr) || "../shared/foreign-deno gave no reason";
  }
  return { absent };
}

/** Asks the provider, which leaves things in the temp directory when Wine crashes. */
async function ask(provider: string, system: System) {
  await using temp = await TempDir.make();
  const { success, stdout, stderr } = await new Deno.Command("bash", {
    args: [provider, system],
    env: { TMPDIR: temp.path },
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { stdout: success ? decode(stdout) : "", stderr: decode(stderr) };
}

function lastLine(text: string): string {
  return text.split("\n").at(-1) ?? "";
}

/**
 * A DENO_DIR for the foreign Deno, with the npm packages that this machine's Deno has downloaded: it
 * need not reach a registry. It is in dist/, since not every directory is seen under Wine.
 */
export class ForeignDenoDir extends TempDir {
  static override async make(): Promise<ForeignDenoDir> {
    await Deno.mkdir(distDir, { recursive: true });
    const path = await Deno.makeTempDir({ dir: fromFileUrl(distDir), prefix: "foreign-deno-" });
    const dir = new ForeignDenoDir(path);
    await Deno.symlink(await npmCache(), join(path, "npm"));
    return dir;
  }
}

async function npmCache(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  if (typeof npmCache !== "string") {
    throw new Error("deno info does not say where npm packages are");
  }
  return npmCache;
}
