import { fromFileUrl } from "@std/path";
import { permissionFlags } from "../permissions.ts";
import { distFiles } from "../release/files.ts";
import { distDir } from "../release/project.ts";
import { executableName, ownTarget } from "../release/targets.ts";
import { compileAsProgram } from "./compile.ts";
import { bundleToy } from "./toy.ts";

/** One thing whose start is measured. */
export interface Form {
  readonly name: string;
  /** What it is measured beside: the empty program that is run in the same way. */
  readonly reference?: Form;
  readonly command: string;
  readonly args: readonly string[];
  readonly bytes?: number;
}

/** Answers its first line, and is nothing else. */
const EMPTY = `if (await Deno.stdin.read(new Uint8Array(1)) !== null) {
  await Deno.stdout.write(new TextEncoder().encode("{}\\n"));
}`;

/**
 * The program in every form that has been built, each behind the empty program and a toy server of
 * the SDK that are bundled and compiled in the same way.
 *
 * @param flags for the deno that bundles or runs from source
 */
export async function startForms(folder: string, flags: readonly string[]): Promise<Form[]> {
  const files = await distFiles();
  const empty = `${folder}/empty.js`;
  await Deno.writeTextFile(empty, EMPTY);
  const toy = await bundleToy(folder, flags);
  const bundle = fromFileUrl(new URL("molecule-mcp.js", distDir));
  const own = ownTarget();
  const executable = own && executableName(own);
  const forms: Form[] = [];

  const compiledEmpty = await compileAsProgram(empty, `${folder}/empty`);
  const compiledToy = await compileAsProgram(toy, `${folder}/toy`);
  if (compiledEmpty === undefined || compiledToy === undefined) {
    console.log(
      "Cannot compile here (see deno task compile), so there are no ratios for executables",
    );
  } else {
    const reference = await compiled("empty program", compiledEmpty);
    forms.push(reference, { ...await compiled("toy of the SDK", compiledToy), reference });
  }
  if (executable && files.includes(executable)) {
    const path = fromFileUrl(new URL(executable, distDir));
    const [reference] = forms;
    forms.push({ ...await compiled("executable", path), reference });
  } else console.log("The executable is not measured: it is not in dist/");

  const reference = await underDeno("empty, deno run", empty);
  forms.push(reference, { ...await underDeno("toy, deno run", toy), reference });
  if (files.includes("molecule-mcp.js")) {
    forms.push({ ...await underDeno("bundle, deno run", bundle), reference });
  } else console.log("The bundle is not measured: it is not in dist/");
  const source = ["run", ...flags, ...permissionFlags(), "src/main.ts"];
  forms.push({ name: "source, deno run", command: Deno.execPath(), args: source, reference });
  return forms;
}

async function compiled(name: string, command: string): Promise<Form> {
  return { name, command, args: [], bytes: (await Deno.stat(command)).size };
}

async function underDeno(name: string, path: string): Promise<Form> {
  return {
    name,
    command: Deno.execPath(),
    args: ["run", "--no-config", ...permissionFlags(), path],
    bytes: (await Deno.stat(path)).size,
  };
}
