import { assertEquals } from "@std/assert";
import { withGeneratedParts } from "../scripts/readme.ts";

Deno.test("README: the tables of tools and settings are those of the code", async () => {
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  assertEquals(withGeneratedParts(readme), readme, "run: deno task readme");
});
