/** Files that somebody else has written to do harm. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { EXIT } from "../../src/cli/exit_codes.ts";
import { posixTest } from "../support/test_dir.ts";
import { inHome, SECRET } from "./home.ts";

posixTest(
  "--scope project follows no link out of the folder, to write or to remove",
  () =>
    inHome(async (home) => {
      const text = `{"auths":{"registry":"${SECRET}"}}\n`;
      const docker = await home.write(text, ".docker", "config.json");
      const link = home.dir.at("repository", ".mcp.json");
      await home.write("", "repository", "README");
      for (const target of ["../.docker/config.json", "../.docker/new.json"]) {
        await Deno.symlink(target, link);
        for (const args of [["install"], ["install", "--dry-run"], ["uninstall"]]) {
          const { code, stderr } = await home.runIn(
            "repository",
            ...args,
            "claude-code",
            "--scope",
            "project",
          );
          assertEquals(code, EXIT.failed);
          assertStringIncludes(stderr, `${link} is a link to `);
          assertStringIncludes(stderr, target.slice(2));
        }
        await Deno.remove(link);
      }
      assertEquals(await Deno.readTextFile(docker), text);
      assertEquals(
        (await home.files()).sort(),
        [docker, home.dir.at("repository", "README")].sort(),
      );
    }),
);

Deno.test("clients lists the others beside a file that is nested too deeply", () =>
  inHome(async (home) => {
    await home.run("install", "codex");
    for (const depth of [2_500, 8_000]) {
      const deep = "[".repeat(depth) + "]".repeat(depth);
      const path = await home.write(`{"mcpServers":{"molecule":{"args":${deep}}}}`, ".claude.json");
      for (
        const command of [["clients"], ["install", "claude-code"], ["uninstall", "claude-code"]]
      ) {
        const { stdout, stderr } = await home.run(...command);
        assertEquals((stdout + stderr).includes("call stack"), false);
        // Somewhat less deep, what only reads still can.
        if (depth === 8_000) assertStringIncludes(stdout + stderr, "nested too deeply");
        assertStringIncludes(stdout + stderr, path);
        if (command[0] === "clients") assertStringIncludes(stdout, "config.toml");
      }
    }
  }));
