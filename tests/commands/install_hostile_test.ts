/** Files that somebody else has written to do harm. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
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

posixTest(
  "a folder's .mcp.json that is no file, or too large, keeps no command waiting",
  () =>
    inHome(async (home) => {
      const path = home.dir.at("repository", ".mcp.json");
      await home.write("", "repository", "README");
      const makes: Readonly<Record<string, () => Promise<void>>> = {
        "a named pipe": async () => {
          assert((await new Deno.Command("mkfifo", { args: [path] }).output()).success);
        },
        "a directory": () => Deno.mkdir(path),
        "a link to itself": () => Deno.symlink(".mcp.json", path),
        "at most": async () => {
          const file = await Deno.open(path, { write: true, createNew: true });
          await file.truncate(100 * 1024 * 1024);
          file.close();
        },
      };
      for (const [what, make] of Object.entries(makes)) {
        await make();
        for (
          const args of [
            ["clients"],
            ["doctor", "--offline"],
            ["install", "claude-code", "--scope", "project"],
            ["install", "claude-code", "--scope", "project", "--dry-run"],
            ["uninstall", "claude-code", "--scope", "project"],
          ]
        ) {
          const { stdout, stderr } = await home.runIn("repository", ...args);
          assertStringIncludes(stdout + stderr, path);
          assertStringIncludes(stdout + stderr, what === "a link to itself" ? "link" : what);
        }
        await Deno.remove(path, { recursive: true });
      }
      assertEquals(await home.files(), [home.dir.at("repository", "README")]);
    }),
);

posixTest(
  "what an entry of a folder names is looked at, and neither started nor waited for",
  () =>
    inHome(async (home) => {
      const pipe = home.dir.at("molecule-mcp");
      assert((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success);
      const odd = "\u001b]0;x\u0007\u202e\n";
      const servers = {
        molecule: { command: pipe },
        "molecule-a": { command: `/opt/x${odd} --token ${SECRET}`, args: [`--${SECRET}`] },
        "molecule-b": { command: "/dev/zero" },
        "molecule-c": {
          command: "deno",
          args: ["run", `--allow-net=${SECRET}`, "/molecule-mcp.js"],
        },
        "molecule-d": { command: "npx", args: [`molecule-mcp@${SECRET}${odd}`] },
        "molecule-e": { command: "npx", args: ["molecule-mcp", "--profile", SECRET] },
        "molecule-f": { command: "deno", args: ["run", `https://x/v1.0.0${odd}/molecule-mcp.js`] },
        [`molecule-${odd}$(x)`]: { command: odd, env: { [odd]: SECRET } },
      };
      await home.write(JSON.stringify({ mcpServers: servers }), "repository", ".mcp.json");
      for (
        const args of [
          ["clients"],
          ["clients", "--json"],
          ["doctor", "--offline"],
          ["install", "claude-code", "--scope", "project"],
          ["install", "claude-code", "--scope", "project", "--replace", "--dry-run"],
          ["uninstall", "claude-code", "--profile", "x"],
        ]
      ) {
        const { stdout, stderr } = await home.runIn("repository", ...args);
        // deno-lint-ignore no-control-regex
        assertEquals(/[\u0000-\u0009\u000b-\u001f\u202e]|\\u001b/.test(stdout + stderr), false);
        assertEquals(/claude mcp remove.*\$\(/.test(stderr), false);
      }
    }),
);
