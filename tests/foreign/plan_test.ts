import { assert, assertEquals } from "@std/assert";
import { type Part, planOf } from "../../scripts/foreign/plan.ts";

const PLACE = { command: "/opt/foreign", denoDir: "/work/dist/deno", paths: [] };

const named = (parts: readonly Part[], name: string) => parts.find((part) => part.name === name);

Deno.test("on Windows the tests themselves run in the foreign Deno, with drive letters", () => {
  const parts = planOf("windows", PLACE);
  assertEquals(parts.map(({ name, command }) => [name, command]), [
    ["demo", PLACE.command],
    ["tests", PLACE.command],
  ]);
  for (const { env } of parts) assertEquals(env.DENO_DIR, "Z:\\work\\dist\\deno");
});

Deno.test("for arm64 this Deno tests whole processes, the foreign one the modules", () => {
  const parts = planOf("arm64", PLACE);
  const whole = named(parts, "whole processes");
  assertEquals([whole?.command, whole?.env.MOLECULE_TEST_DENO], [Deno.execPath(), "/opt/foreign"]);
  const modules = named(parts, "modules");
  assertEquals([modules?.command, modules?.env.DENO_DIR], ["/opt/foreign", "/work/dist/deno"]);
  assert(modules?.args.includes("tests/auth"));
});

Deno.test("paths that are given choose what is run", () => {
  const paths = ["tests/e2e/end_test.ts"];
  const parts = planOf("arm64", { ...PLACE, paths });
  assertEquals(parts.map(({ name }) => name), ["demo", "whole processes"]);
  assertEquals(parts.at(-1)?.args.at(-1), paths[0]);
});
