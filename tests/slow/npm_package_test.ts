import { assertEquals } from "@std/assert";
import { npmCommand, npmPackage } from "../../scripts/npm.ts";
import { permissionFlags } from "../../scripts/permissions.ts";
import { smoke } from "../../scripts/smoke.ts";
import { run, start, withKill } from "../../scripts/smoke/program.ts";
import { bundleInto } from "../release/testing.ts";
import { TestDir } from "../support/test_dir.ts";

/** The package of this working tree, installed from its tarball into an empty folder. */
async function installPackage(dir: TestDir): Promise<{ node: string; launcher: string }> {
  await bundleInto(dir);
  const tarball = await npmPackage(new URL("molecule-mcp.js", dir.url), dir.url);
  const folder = dir.at("installed");
  await Deno.mkdir(folder);
  const { success, stderr } = await new Deno.Command(npmCommand(), {
    args: ["install", "--silent", "--prefer-offline", "--no-save", dir.at(tarball)],
    cwd: folder,
  }).output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
  const node = await new Deno.Command("node", { args: ["-p", "process.execPath"] }).output();
  return {
    node: new TextDecoder().decode(node.stdout).trim(),
    launcher: dir.at("installed", "node_modules", "molecule-mcp", "launcher.cjs"),
  };
}

Deno.test("the npm package, installed from its tarball", async (t) => {
  await using dir = await TestDir.make();
  const { node, launcher } = await installPackage(dir);
  const program = { name: "npm package", command: node, args: [launcher] };

  await t.step("passes the smoke in an empty environment and a read-only folder", async () => {
    assertEquals((await smoke(program)).failures, []);
  });

  await t.step("holds the program, its launcher and what they need, and nothing else", async () => {
    const folder = dir.at("installed", "node_modules", "molecule-mcp");
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    assertEquals(names.sort(), [
      "LICENSE",
      "README.md",
      "launcher.cjs",
      "molecule-mcp-more.js",
      "molecule-mcp.js",
      "package.json",
      "permissions.json",
    ]);
    const { flags } = JSON.parse(await Deno.readTextFile(`${folder}/permissions.json`));
    assertEquals(flags, permissionFlags());
  });

  await t.step("gives the program the permissions by name, and no others", async () => {
    await Deno.writeTextFile(
      dir.at("installed", "node_modules", "molecule-mcp", "molecule-mcp.js"),
      `for (const descriptor of [{ name: "run" }, { name: "ffi" }, { name: "sys" },
        { name: "env", variable: "EDITOR" }, { name: "env", variable: "HOME" }, { name: "net" }]) {
        console.log((await Deno.permissions.query(descriptor)).state);
      }`,
    );
    const { stdout } = await run(program, [], { env: {}, cwd: dir.path, timeoutMs: 20_000 });
    assertEquals(stdout.trim().split("\n"), [
      ...Array(4).fill("prompt"), // Denied: it is started with --no-prompt.
      "granted",
      "granted",
    ]);
  });

  const posix = Deno.build.os !== "windows"; // No signals there.
  const stages = [
    ["passes a signal on, and the exit code back", 'Deno.addSignalListener("SIGTERM", handle)', 7],
    ["ends by the signal that ended the program", "", 143],
  ] as const;
  for (const [what, listen, expected] of stages) {
    await t.step({
      name: what,
      ignore: !posix,
      async fn() {
        // In the place of the program: it says when it can be signalled.
        await Deno.writeTextFile(
          dir.at("installed", "node_modules", "molecule-mcp", "molecule-mcp.js"),
          `const handle = () => Deno.exit(7); ${listen};
          console.log("ready"); setInterval(() => {}, 1000);`,
        );
        const child = start(program, [], { env: {}, cwd: dir.path });
        const output = child.stdout.getReader();
        await output.read();
        child.kill("SIGTERM");
        // The output ends when nothing holds it open any more: the program has ended too.
        const ended = output.read().then(({ done }) => done);
        assertEquals(await withKill(child, 20_000, "both to end", ended), true);
        assertEquals((await child.status).code, expected);
        await child.stderr.cancel();
        await child.stdin.close();
      },
    });
  }
});
