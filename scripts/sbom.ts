/**
 * Writes dist/molecule-mcp.cdx.json: the software bill of materials (CycloneDX) of the program, with
 * the packages that the bundle really contains, and the Deno that runs it.
 *
 * Usage: deno task sbom
 *
 * @module
 */
import { ensureDir } from "@std/fs";
import config from "../deno.json" with { type: "json" };
import { field, isObject, textField } from "../src/lib/json.ts";
import { writeChecksums } from "./release/checksums.ts";
import { denoVersion, distDir, projectRoot, repositoryUrl } from "./release/project.ts";
import { TempDir } from "./temp_dir.ts";

const FILE = "molecule-mcp.cdx.json";

/** A package in the bundle, as the paths of a source map name it. */
export interface Package {
  readonly registry: "npm" | "jsr";
  readonly name: string;
  readonly version: string;
}

if (import.meta.main) {
  const denoFlags = Deno.args.filter((arg) => arg.startsWith("--deno=")).map((arg) => arg.slice(7));
  const packages = packagesOf(await sourcesOf(denoFlags));
  const lock = JSON.parse(await Deno.readTextFile(new URL(lockFile(denoFlags), projectRoot)));
  await ensureDir(distDir);
  await Deno.writeTextFile(
    new URL(FILE, distDir),
    `${JSON.stringify(billOfMaterials(packages, lock), null, 2)}\n`,
  );
  await writeChecksums();
  console.log(
    `dist/${FILE}: ${packages.map(({ name, version }) => `${name} ${version}`).join(", ")}`,
  );
}

/** The packages that the files belong to, each once, by name. */
export function packagesOf(sources: readonly string[]): readonly Package[] {
  const found = new Map<string, Package>();
  for (const source of sources) {
    const [, npmName, npmVersion] =
      /\/registry\.npmjs\.org\/((?:@[^/]+\/)?[^/]+)\/([^/]+)\//.exec(source) ?? [];
    const [, jsrName, jsrVersion] = /jsr\.io\/(@[^/]+\/[^/]+)\/([^/]+)\//.exec(source) ?? [];
    if (npmName && npmVersion) {
      found.set(`npm:${npmName}`, { registry: "npm", name: npmName, version: npmVersion });
    } else if (jsrName && jsrVersion) {
      found.set(`jsr:${jsrName}`, { registry: "jsr", name: jsrName, version: jsrVersion });
    }
  }
  return [...found.entries()].sort(([a], [b]) => a < b ? -1 : 1).map(([, found]) => found);
}

/** @param lock the lock file, for the packages' checksums */
export function billOfMaterials(packages: readonly Package[], lock: unknown) {
  const deno = `pkg:generic/deno@${denoVersion}`;
  const references = packages.map(reference);
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": "molecule-mcp",
        name: "molecule-mcp",
        version: config.version,
        licenses: [{ license: { id: config.license } }],
        externalReferences: [{ type: "vcs", url: `${repositoryUrl}.git` }],
      },
    },
    components: [
      ...packages.map((found) => component(found, lock)),
      {
        type: "platform",
        "bom-ref": deno,
        name: "deno",
        version: denoVersion,
        purl: deno,
        licenses: [{ license: { id: "MIT" } }],
        externalReferences: [{ type: "vcs", url: "https://github.com/denoland/deno.git" }],
      },
    ],
    dependencies: [{ ref: "molecule-mcp", dependsOn: [...references, deno] }],
  };
}

function component(found: Package, lock: unknown) {
  const { registry, name, version } = found;
  const integrity = textField(lockEntry(lock, found), "integrity");
  return {
    type: "library",
    "bom-ref": reference(found),
    name,
    version,
    ...(registry === "npm" && { purl: reference(found) }),
    ...(integrity !== undefined && { hashes: [hash(integrity)] }),
    externalReferences: [{
      type: "distribution",
      url: registry === "npm"
        ? `https://www.npmjs.com/package/${name}/v/${version}`
        : `https://jsr.io/${name}@${version}`,
    }],
  };
}

/** npm's keys may end with the versions of peer dependencies: `sdk@1.0.0_zod@4.0.0`. */
function lockEntry(lock: unknown, { registry, name, version }: Package): unknown {
  const entries = field(lock, registry);
  const key = `${name}@${version}`;
  const found = Object.keys(isObject(entries) ? entries : {})
    .find((known) => known === key || known.startsWith(`${key}_`));
  return found === undefined ? undefined : field(entries, found);
}

function reference({ registry, name, version }: Package): string {
  return `pkg:${registry}/${name.replace("@", "%40")}@${version}`;
}

/** npm's are "sha512-" and base64, JSR's a SHA-256 in hexadecimal. */
function hash(integrity: string) {
  const sha512 = /^sha512-(.+)$/.exec(integrity)?.[1];
  return sha512 === undefined
    ? { alg: "SHA-256", content: integrity }
    : { alg: "SHA-512", content: Uint8Array.fromBase64(sha512).toHex() };
}

/** The files that the program is made of. */
async function sourcesOf(denoFlags: readonly string[]): Promise<readonly string[]> {
  await using folder = await TempDir.make();
  // What is left of npm's packages after tree shaking …
  await deno([
    "bundle",
    "--quiet",
    ...denoFlags,
    "--platform=browser",
    // What the bundle leaves out of the SDK (scripts/bundle/sdk.ts).
    "--external=ajv",
    "--external=ajv-formats",
    "--sourcemap=external",
    `--outdir=${folder.path}`,
    "src/main.ts",
  ]);
  const map = JSON.parse(await Deno.readTextFile(`${folder.path}/main.js.map`));
  // … and the modules of JSR, which a source map may name by where they are cached.
  const info = JSON.parse(await deno(["info", "--json", ...denoFlags, "src/main.ts"]));
  const modules: readonly { specifier: string }[] = info.modules;
  return [...map.sources, ...modules.map(({ specifier }) => specifier)];
}

async function deno(args: readonly string[]): Promise<string> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: projectRoot,
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`deno ${args[0]} failed; its message stands above`);
  return new TextDecoder().decode(stdout);
}

function lockFile(denoFlags: readonly string[]): string {
  return denoFlags.find((flag) => flag.startsWith("--lock="))?.slice(7) ?? "deno.lock";
}
