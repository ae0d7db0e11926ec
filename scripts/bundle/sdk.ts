/**
 * What the bundle changes in the SDK so that a start does not pay for what this program never does.
 * Both were measured (README, Measured); neither changes what the SDK does when it is asked.
 *
 * @module
 */

/** Where esbuild says that a module begins. */
const MODULE = /^(?=\/\/ \S+\.(?:js|ts)$)/m;
const SDK = /^\/\/ \S*@modelcontextprotocol\/sdk\/\S*\.js\n/;
const TYPES = /^\/\/ \S*@modelcontextprotocol\/sdk\/\S*\/types\.js\n/;
/** Fewer would mean that the SDK, or what esbuild makes of it, is not what this was written for. */
const LEAST_SCHEMAS = 100;

/**
 * Makes the schemas of the protocol when they are first used. The SDK makes all of them, some 160,
 * as it is loaded; those of a server with tools need a tenth, and the others are then left out
 * altogether, because nobody calls the functions that they have become.
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
  // A name by itself: no property of something (but a spread), and not where it is declared.
  const use = /(?<![\w$])(?<!(?<!\.\.)\.)(?<!function )(\w+Schema\d*)(?![\w$])/g;
  return modules.with(types, lazy).map((module) =>
    // Nobody else uses them: this program takes the types alone.
    SDK.test(module)
      ? module.replace(use, (name: string) => names.has(name) ? `${name}()` : name)
      : module
  ).join("");
}

/** Top-level statements, as esbuild writes them: each begins at the left with a keyword. */
function statements(code: string): string[] {
  return code.split(/^(?=(?:var|let|const|function|class|async function) )/m);
}

/**
 * Leaves out the JSON-schema validator (ajv), a third of the bundle. The SDK takes it for answers to
 * questions of the server's, and this server asks its client nothing; it is given one that throws.
 *
 * @param code in which ajv was left as an import
 * @throws when there is no such import
 */
export function withoutValidator(code: string): string {
  const imports = /^import \w+ from "ajv(?:-formats)?";\n/gm;
  if (code.match(imports)?.length !== 2) {
    throw new Error("Cannot bundle: the SDK does not import ajv and ajv-formats as it did");
  }
  return code.replace(imports, (statement) => `var ${statement.split(" ")[1]};\n`);
}
