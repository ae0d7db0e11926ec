import { assertEquals } from "@std/assert";
import type { Launch, Machine } from "../../../src/commands/clients/client.ts";
import {
  launchText,
  type PointsTo,
  pointsTo,
  startsMolecule,
} from "../../../src/commands/clients/points_to.ts";
import { posixTest, TestDir } from "../../support/test_dir.ts";

function launch(command: string, ...args: string[]): Launch {
  return { command, args };
}

const NOWHERE: Machine = { os: "linux", cwd: "/", read: () => undefined };

posixTest("what an entry points to", async () => {
  await using dir = await TestDir.make();
  await Deno.mkdir(dir.at("bin"));
  await Deno.mkdir(dir.at("venv"));
  const own = await dir.write("bin/molecule-mcp", "\x7fELF", 0o755);
  const copy = await dir.write("bin/molecule-mcp-linux-x86_64", "\x7fELF", 0o755);
  const python = await dir.write("venv/molecule-mcp", `#!${dir.at("venv", "python3")}\n`, 0o755);
  const other = await dir.write("bin/server", "#!/bin/sh\n", 0o755);
  const machine: Machine = {
    os: "linux",
    cwd: "/",
    read: (name) => name === "PATH" ? `relative:${dir.at("none")}:${dir.at("venv")}` : undefined,
  };
  const table: [Launch | undefined, PointsTo][] = [
    [launch(own), "this"],
    [launch(own, "--profile", "work"), "another"],
    [launch(copy), "another"],
    [launch(dir.at("gone", "molecule-mcp")), "dead"],
    [launch(dir.at("gone", "anything")), "dead"],
    [launch(python), "python"],
    [launch("molecule-mcp"), "python"],
    [launch("python3", "-m", "molecule_runtime.mcp"), "python"],
    [launch("/usr/bin/python3.12", "-m", "molecule"), "python"],
    [launch("python3", "-m", "http.server"), "foreign"],
    [launch("uvx", "molecule-mcp"), "python"],
    [launch("npx", "-y", "molecule-mcp@0.0.9"), "another"],
    [launch("deno", "run", "-A", "https://example.com/molecule-mcp.js"), "another"],
    [launch(other), "foreign"],
    [launch("npx", "-y", "other-mcp"), "foreign"],
    [undefined, "foreign"],
  ];
  for (const [entry, expected] of table) {
    assertEquals(await pointsTo(entry, launch(own), machine), expected, JSON.stringify(entry));
  }
});

Deno.test("a Windows path and pip's launcher there are recognised on any system", async () => {
  const pip = launch("C:\\Python\\Scripts\\molecule-mcp.exe");
  assertEquals(startsMolecule(launch("C:\\Program Files\\molecule-mcp.exe")), true);
  assertEquals(startsMolecule(pip), true);
  assertEquals(startsMolecule(launch("cmd", "/c", "npx", "-y", "molecule-mcp@1.0.0")), true);
  assertEquals(startsMolecule(launch("C:\\tools\\other.exe")), false);
  const kind = await pointsTo(pip, undefined, NOWHERE);
  assertEquals(kind === "python" || kind === "dead", true);
});

Deno.test("what is shown of an entry has no secret and no control character", () => {
  const shown = (...args: string[]) => launchText(launch("npx", ...args));
  assertEquals(shown("-y", "molecule-mcp@0.1.0"), "npx -y molecule-mcp@0.1.0");
  assertEquals(shown("--token", "sk-secret", "--key=abc"), "npx --token ... ...");
  assertEquals(shown("-m", "molecule_runtime"), "npx -m molecule_runtime");
  assertEquals(launchText(launch("/bin/x\u001b[31m\u202e", "deadbeef")).includes("\u001b"), false);
  assertEquals(launchText(launch("/bin/sh -c K=sk-secret server")), "/bin/sh ...");
  assertEquals(launchText(launch("/usr/bin/npx -y x --token sk-secret")), "/usr/bin/npx ...");
  assertEquals(launchText(launch("/usr/bin/npx\tsk-secret", "-y")), "/usr/bin/npx ... -y");
  assertEquals(launchText(launch("~/x\u0000sk-secret")), "~/x ...");
  assertEquals(launchText(launch("npx -y x sk-secret")), "npx ...");
  assertEquals(launchText(launch("K=sk-secret")), "...");
  assertEquals(launchText(launch("/x?k=sk-secret y")), "...");
  assertEquals(launchText(launch(" /bin/x sk-secret")), "...");
  // A space in a path cannot be told from one before an argument.
  assertEquals(launchText(launch("C:\\Program Files\\x.exe")), "C:\\Program ...");
  assertEquals(shown("--token sk-secret /molecule-mcp.js"), "npx ...");
  assertEquals(shown("K=sk-secret/molecule-mcp.js"), "npx ...");
  assertEquals(shown("https://u:sk-secret@acme.example/molecule-mcp.js"), "npx ...");
  assertEquals(shown("/opt/molecule-mcp.js"), "npx /opt/molecule-mcp.js");
  assertEquals(launchText(undefined), "(no command)");
});
