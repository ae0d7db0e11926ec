import { assert, assertEquals, assertThrows } from "@std/assert";
import { lazySchemas, withoutValidator } from "../../scripts/bundle/sdk.ts";

/** What esbuild would write: enough schemas, of which each mentions the one before. */
function bundled(made: string): string {
  const schemas = Array.from(
    { length: 120 },
    (_, index) =>
      index === 0
        ? `var S0Schema = make("S0Schema", {});\n`
        : `var S${index}Schema = make("${index}", {\n  before: S${index - 1}Schema.shape,\n});\n`,
  );
  return [
    "// a/other.js\n",
    "var made = [];\nfunction make(name, value) { made.push(name); return { name, ...value, shape: 1 }; }\n",
    "// b/@modelcontextprotocol/sdk/1.2.3/dist/esm/types.js\n",
    "var LATEST = 7;\n",
    ...schemas,
    "// c/@modelcontextprotocol/sdk/1.2.3/dist/esm/server/index.js\n",
    made,
  ].join("");
}

const run = (code: string) => new Function(lazySchemas(code))();

Deno.test("a schema is made when it is first used, with those that it needs, and once", () => {
  const made = run(bundled(`
    var all = [S2Schema, S2Schema, ...Object.values({ x: S1Schema })];
    return { made, same: all[0] === all[1], LATEST };
  `));
  assertEquals(made, { made: ["S0Schema()", "1", "2"], same: true, LATEST: 7 });
});

Deno.test("a property that is called like a schema, and a spread of one, are told apart", () => {
  const seen = run(bundled(`
    var holder = {};
    holder.S5Schema = () => "own";
    return [made.length, holder.S5Schema(), { ...S0Schema }.shape];
  `));
  assertEquals(seen, [0, "own", 1]);
});

Deno.test("an SDK that is not as it was stops the build", () => {
  const code = bundled("");
  assertThrows(() => lazySchemas(code.replace("types.js", "kinds.js")), Error, "only 0 schemas");
  assertThrows(() => lazySchemas(code.replaceAll("Schema = ", "Kind = ")), Error, "only 0 schemas");
  assertThrows(() => withoutValidator('import Ajv from "ajv";\n'), Error, "ajv");
  const left = withoutValidator('import Ajv from "ajv";\nimport _add from "ajv-formats";\nAjv;\n');
  assertEquals(left, "var Ajv;\nvar _add;\nAjv;\n");
});

Deno.test("the bundle has no JSON-schema validator, and no schema that nobody uses", async () => {
  const code = await Deno.readTextFile(new URL("../../dist/molecule-mcp.js", import.meta.url));
  for (const text of ["ajv-formats", "strictNumbers", "addKeyword", "resources/subscribe"]) {
    assert(!code.includes(text), text);
  }
  assert(code.includes("notifications/initialized"), "those that it uses are there");
});
