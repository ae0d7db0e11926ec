import { assert } from "@std/assert";

Deno.test("README: what is pasted into a shell has no comments, which zsh takes for arguments", async () => {
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  const blocks = [...readme.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = ""]) => block);
  assert(blocks.length > 4);
  for (const line of blocks.join("").split("\n")) assert(!/(^|\s)#/.test(line), line);
});
