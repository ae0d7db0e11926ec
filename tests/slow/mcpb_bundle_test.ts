import { assertEquals } from "@std/assert";
import { mcpb } from "../../scripts/mcpb.ts";
import { executableName, TARGETS } from "../../scripts/release/targets.ts";
import { runTool } from "../../scripts/tools/tools.ts";
import { fakeExecutable } from "../release/testing.ts";
import { TestDir } from "../support/test_dir.ts";

Deno.test("a bundle passes the official validator and holds the executable", async () => {
  for (const target of TARGETS.filter(({ arch }) => arch === "x86_64")) {
    await using dir = await TestDir.make();
    const program = fakeExecutable("linux x86_64");
    await Deno.writeFile(dir.at(executableName(target)), program);
    const name = await mcpb(target, dir.url);
    await runTool("mcpb", ["unpack", dir.at(name), dir.at("unpacked")], dir.path);
    await runTool("mcpb", ["validate", dir.at("unpacked", "manifest.json")], dir.path);
    const { server } = JSON.parse(await Deno.readTextFile(dir.at("unpacked", "manifest.json")));
    const unpacked = dir.at("unpacked", ...server.entry_point.split("/"));
    assertEquals(await Deno.readFile(unpacked), program);
    if (Deno.build.os !== "windows") {
      assertEquals(((await Deno.stat(unpacked)).mode ?? 0) & 0o111, 0o111);
    }
  }
});
