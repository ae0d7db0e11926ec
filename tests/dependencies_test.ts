import { assert, assertEquals } from "@std/assert";
import { circles, closure, folderOf, type SourceFile, sourceFiles } from "./source_files.ts";

const files = await sourceFiles();
/** The program: the embedded platform is a program of its own, and so is its page. */
const program = [...files.values()]
  .filter(({ path }) => !["local", "page"].includes(folderOf(path)));

function inFolder(folder: string): SourceFile[] {
  return program.filter(({ path }) => folderOf(path) === folder);
}

/**
 * From the bottom up: a folder may import what stands before it (src/README.md, "Rules of
 * dependence") ...
 */
const LAYERS = [
  "lib",
  "config",
  "safety",
  "auth",
  "platform",
  "presence",
  "inbox",
  "tools",
  "mcp",
  "cli",
  "commands",
];
/** ... but not this. */
const APART: Readonly<Record<string, readonly string[]>> = {
  safety: ["config"],
  auth: ["safety"],
  mcp: ["presence"],
};
/** What the second file consists of, which is loaded when it is needed (scripts/bundle.ts). */
const MORE = "src/commands/main.ts";
/** The command that runs the embedded platform. */
const RUNS_LOCAL = /^src\/commands\/local(?:\.ts$|\/)/;
/** The files beside the folders. */
const OF_FILES: Readonly<Record<string, readonly string[]>> = {
  "main.ts": ["cli", "config"],
  "version.ts": [],
};

function mayImport(folder: string): readonly string[] | undefined {
  const layer = LAYERS.indexOf(folder);
  if (layer === -1) return OF_FILES[folder];
  const below = LAYERS.slice(0, layer).filter((name) => !APART[folder]?.includes(name));
  return layer < LAYERS.indexOf("platform") ? below : [...below, "version.ts"];
}

for (const folder of new Set(program.map(({ path }) => folderOf(path)))) {
  Deno.test(`src/${folder} imports only from what is below it`, () => {
    const allowed = mayImport(folder);
    assert(allowed !== undefined, `Say in this test what src/${folder} may import`);
    for (const { path, imports, laterImports } of inFolder(folder)) {
      for (const imported of [...imports, ...laterImports]) {
        if (!imported.startsWith("src/")) continue;
        if (imported === MORE && !imports.includes(imported)) continue;
        const target = folderOf(imported);
        if (target === "local" && RUNS_LOCAL.test(path)) continue;
        assert(target === folder || allowed.includes(target), `${path} imports ${imported}`);
      }
    }
  });
}

Deno.test("src/page imports nothing but itself, preact, and what it and the platform tell each other", () => {
  const page = [...files.values()].filter(({ path }) => folderOf(path) === "page");
  assert(page.length > 0);
  for (const { path, imports, laterImports } of page) {
    for (const imported of [...imports, ...laterImports]) {
      const isKnown = imported.startsWith("src/page/") ||
        imported === "src/local/page/protocol.ts" || /^@?preact(?:$|\/)/.test(imported);
      assert(isKnown, `${path} imports ${imported}`);
    }
  }
});

Deno.test("no modules import each other in a circle, not even for types", async () => {
  const everything = new Map([
    ...files,
    ...await sourceFiles("scripts/"),
    ...await sourceFiles("tests/"),
  ]);
  assertEquals(circles(everything).map((circle) => circle.join(" -> ")), []);
});

Deno.test("a circle is found, of two modules or more", () => {
  const made = (imports: Readonly<Record<string, readonly string[]>>) =>
    new Map(
      Object.entries(imports).map(([path, imports]): [string, SourceFile] => [path, {
        path,
        text: "",
        imports,
        runTimeImports: [],
        laterImports: [],
      }]),
    );
  assertEquals(circles(made({ a: ["b", "c"], b: ["c"], c: [] })), []);
  assertEquals(circles(made({ a: ["b"], b: ["c"], c: ["b"] })), [["b", "c"]]);
  assertEquals(circles(made({ a: ["a"] })), [["a"]]);
});

Deno.test("every import of the program is one of its modules or a bare package name", () => {
  for (const { path, imports, laterImports } of program) {
    for (const imported of [...imports, ...laterImports]) {
      assert(files.has(imported) || /^@?[a-z]/.test(imported), `${path} imports ${imported}`);
      // Whoever types a command waits for what is built into Deno; a server's start does not.
      const builtIn = folderOf(path) === "commands" && imported.startsWith("node:");
      const scheme = /^(node|npm|jsr|https?|data|file):/;
      assert(builtIn || !scheme.test(imported), `${path} imports ${imported}`);
    }
  }
});

Deno.test("the SDK serves, and is imported in one place", () => {
  const users = program.filter(({ text }) => text.includes("@modelcontextprotocol/"));
  assertEquals(users.map(({ path }) => path), ["src/mcp/sdk.ts"]);
  assert(
    files.get("src/mcp/sdk.ts")?.imports.includes("@modelcontextprotocol/sdk/server/index.js"),
  );
});

Deno.test("zod is imported in its small form", () => {
  for (const { path, imports } of program) {
    assert(!imports.some((name) => name === "zod" || name === "zod/v4"), path);
  }
});

const OFFLINE = [
  ...["lib", "auth", "config", "safety"].flatMap((folder) => inFolder(folder)),
  ...inFolder("inbox").filter(({ path }) => /\/(queue|state\/[a-z_]+)\.ts$/.test(path)),
].map(({ path }) => path);

Deno.test("lib, auth, config, safety and the inbox's queue and state reach no SDK and no network", () => {
  assert(
    OFFLINE.includes("src/inbox/queue.ts") && OFFLINE.includes("src/inbox/state/delivery_state.ts"),
  );
  for (const path of closure(files, OFFLINE)) {
    assert(!path.startsWith("@modelcontextprotocol/"), path);
    assert(folderOf(path) !== "platform", path);
    const text = files.get(path)?.text ?? "";
    const network = /\bfetch\(|Deno\.(connect|listen|serve|createHttpClient)|WebSocket|EventSource/;
    assert(!network.test(text), `${path} uses the network`);
  }
});

Deno.test("the friendly error comes before anything heavy is loaded", () => {
  assertEquals([...closure(files, ["src/main.ts"])], ["src/main.ts"]);
  const light = [
    "src/mcp/transport/byte_chunks.ts",
    "src/mcp/json_rpc.ts",
    "src/mcp/transport/line_reader.ts",
    "src/lib/json.ts",
    "src/lib/bounded_json.ts",
    "src/lib/cut_text.ts",
    "src/lib/write_all.ts",
  ];
  const early = ["src/cli/commands.ts", "src/cli/run.ts", "src/cli/report_problems.ts"];
  for (const path of closure(files, early, "runTimeImports")) {
    const isLight = ["cli", "config", "lib", "version.ts"].includes(folderOf(path)) ||
      light.includes(path) || path === "@std/path";
    assert(isLight, path);
  }
});

Deno.test("a first answer waits for nothing but the protocol and the settings", () => {
  const { laterImports = [] } = files.get("src/cli/serve.ts") ?? {};
  assertEquals(laterImports, ["src/cli/backend.ts"]);
  for (const path of closure(files, ["src/cli/serve.ts"], "runTimeImports")) {
    assert(!["inbox", "presence", "tools"].includes(folderOf(path)), path);
    assert(folderOf(path) !== "platform", path);
  }
});

Deno.test("the server never loads what only commands need", () => {
  for (const { path, imports, laterImports } of program) {
    if (folderOf(path) === "commands") continue;
    assert(imports.every((imported) => folderOf(imported) !== "commands"), path);
    const later = laterImports.filter((imported) => folderOf(imported) === "commands");
    assertEquals(later, path === "src/cli/commands.ts" ? [MORE] : [], path);
  }
});

Deno.test("no module of the source holds state of its own", () => {
  for (const { path, text } of files.values()) {
    assert(!/^(export )?(let|var) /m.test(text), `${path} has a variable at its top level`);
    const mutable =
      /^(export )?const \w+.* = (new (Map|Set|WeakMap|WeakSet)(<.*>)?\(\)|\[\]|\{\});$/m;
    assert(!mutable.test(text), `${path} has an empty container, to be filled, at its top level`);
  }
});
