/**
 * What the bundle changes in the SDK, so that a start does not pay for what this program never uses.
 * Both changes were measured (README.md, "Measured"); neither changes what the SDK does when it is used.
 *
 * @module
 */

/** The comment with which esbuild marks the start of a module. */
const MODULE = /^(?=\/\/ \S+\.(?:js|ts)$)/m;
const SDK = /^\/\/ \S*@modelcontextprotocol\/sdk\/\S*\.js\n/;
const TYPES = /^\/\/ \S*@modelcontextprotocol\/sdk\/\S*\/types\.js\n/;
/** Fewer would mean that the SDK, or esbuild's output, has changed since this was written. */
const LEAST_SCHEMAS = 100;

/**
 * Makes the schemas of the protocol lazy. The SDK makes all of them, some 160, when it is loaded; a
 * server with tools needs a tenth. As functions that nothing calls, the others are dropped altogether.
 *
 * @param code as esbuild writes it, not minified
 * @throws when it does not find what it expects
 */
export function lazySchemas(code: string): string {
  const modules = code.split(MODULE);
  const types = modules.findIndex((module) => TYPES.test(module));
  const names = new Set<string>();
  const lazy = statements(modules[types] ?? "").map((statement) => {
    const [, name, value] = /^var (\w+Schema\d*) = (.*);\s*$/s.exec(statement) ?? [];
    if (name === undefined) return statement;
    names.add(name);
    return `var ${name}$made;\nfunction ${name}() { return ${name}$made ??= ${value}; }\n`;
  }).join("");
  if (names.size < LEAST_SCHEMAS) {
    throw new Error(`Cannot bundle: only ${names.size} schemas were found in the SDK's types.js`);
  }
  // A name by itself: not a property (though it may be spread), and not where it is declared.
  const use = /(?<![\w$])(?<!(?<!\.\.)\.)(?<!function )(\w+Schema\d*)(?![\w$])/g;
  return modules.with(types, lazy).map((module) =>
    // Nothing else uses them: this program imports only the types.
    SDK.test(module)
      ? module.replace(use, (name: string) => names.has(name) ? `${name}()` : name)
      : module
  ).join("");
}

/** Top-level statements, as esbuild writes them: each begins in the first column with a keyword. */
function statements(code: string): string[] {
  return code.split(/^(?=(?:var|let|const|function|class|async function) )/m);
}

/**
 * Leaves out the JSON-schema validator (ajv), a third of the bundle. The SDK validates what a client
 * answers to a server's questions, and this server asks none; in its place stands one that throws.
 *
 * @param code that still imports ajv
 * @throws when there is no such import
 */
export function withoutValidator(code: string): string {
  const imports = /^import \w+ from "ajv(?:-formats)?";\n/gm;
  if (code.match(imports)?.length !== 2) {
    throw new Error("Cannot bundle: the SDK does not import ajv and ajv-formats as it did");
  }
  return code.replace(imports, (statement) => `var ${statement.split(" ")[1]};\n`);
}
