import { assert, assertEquals } from "@std/assert";
import { withGeneratedParts } from "../scripts/readme.ts";

Deno.test("README: the tables of tools and settings are those of the code", async () => {
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  assertEquals(withGeneratedParts(readme), readme, "run: deno task readme");
});

Deno.test("README: what is pasted into a shell has no comments, which zsh takes for arguments", async () => {
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  const blocks = [...readme.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = ""]) => block);
  assert(blocks.length > 4);
  for (const line of blocks.join("").split("\n")) assert(!/(^|\s)#/.test(line), line);
});
