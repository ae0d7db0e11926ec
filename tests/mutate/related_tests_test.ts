import { assertEquals } from "@std/assert";
import { moduleGraph, relatedTests } from "../../scripts/mutate/related_tests.ts";

const graph = moduleGraph(
  new Map([
    ["src/auth/token.ts", ""],
    ["src/auth/store.ts", 'import { token } from "./token.ts";'],
    ["src/inbox/inbox.ts", 'const { store } = await import("../auth/store.ts");'],
    ["src/inbox/shape.ts", 'export type { Token } from "../auth/token.ts";'],
    ["tests/auth/child.ts", 'import "../../src/auth/token.ts";'],
    ["tests/auth/child_test.ts", 'start(new URL("child.ts", import.meta.url));'],
    ["tests/auth/store_test.ts", 'import {\n  store,\n} from "../../src/auth/store.ts";'],
    ["tests/auth/token_test.ts", 'import { token } from "../../src/auth/token.ts";'],
    ["tests/auth/types_test.ts", 'import type {\n  Token,\n} from "../../src/auth/token.ts";'],
    ["tests/e2e/all_test.ts", 'import "../../src/auth/token.ts";'],
    ["tests/inbox/inbox_test.ts", 'import "../../src/inbox/inbox.ts";'],
    ["tests/inbox/store_test.ts", 'import "../../src/auth/store.ts";'],
    ["scripts/generate.ts", 'import "../src/inbox/inbox.ts";'],
    ["tests/generated_test.ts", 'import { staleFiles } from "../scripts/generate.ts";'],
    ["tests/other_test.ts", 'import "../src/auth/token.ts";'],
    ["tests/inbox/shape_test.ts", 'import "../../src/inbox/shape.ts";'],
  ]),
);

Deno.test("tests that import the module come first, then its folder's others, then near ones of others", () => {
  assertEquals(relatedTests(graph, "src/auth/token.ts"), [
    ["tests/auth/token_test.ts"],
    ["tests/auth/child_test.ts", "tests/auth/store_test.ts"],
    ["tests/inbox/store_test.ts", "tests/generated_test.ts"],
  ]);
});

Deno.test("a module that no test reaches has none", () => {
  assertEquals(relatedTests(graph, "src/auth/other.ts"), []);
});
