import { certificateAdvice, reach } from "./reach.ts";

const PROBE_TIMEOUT_MS = 4_000;

/** What `deno` sub-commands get when only npm is reachable. */
export const NPM_ONLY_FLAGS: readonly string[] = [
  "--import-map=scripts/npm_only/import_map.json",
  "--lock=scripts/npm_only/deno.lock",
  "--frozen",
];

/**
 * What `deno` sub-commands get on this network: nothing, where JSR answers.
 *
 * @returns undefined when nothing can be downloaded; the reason has been printed then
 */
export async function dependencyFlags(): Promise<readonly string[] | undefined> {
  const choice = Deno.env.get("MOLECULE_DEPS");
  if (choice === "jsr") return [];
  if (choice === "npm") return NPM_ONLY_FLAGS;
  const jsr = Deno.env.get("JSR_URL") ?? "https://jsr.io";
  const npm = Deno.env.get("NPM_CONFIG_REGISTRY") ?? "https://registry.npmjs.org";
  const [ofJsr, ofNpm] = await Promise.all([
    reach(new URL("/@std/path/meta.json", jsr), PROBE_TIMEOUT_MS),
    reach(new URL(npm), PROBE_TIMEOUT_MS),
  ]);
  if (ofJsr === "answers") return [];
  if (ofNpm === "certificate not trusted") {
    console.error(certificateAdvice(npm));
    return undefined;
  }
  console.error("JSR does not answer: using the npm-only dependencies of scripts/npm_only/.");
  return NPM_ONLY_FLAGS;
}
