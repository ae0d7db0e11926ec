import { assert, assertEquals } from "@std/assert";
import type { Launch, Machine } from "../../../src/commands/clients/client.ts";
import { launchText } from "../../../src/commands/clients/launch_text.ts";
import { ownLaunch } from "../../../src/commands/clients/launch.ts";
import { type PointsTo, pointsTo } from "../../../src/commands/clients/points_to.ts";
import { startsMolecule } from "../../../src/commands/clients/recognise.ts";
import { ENVIRONMENT } from "../../../src/config/environment.ts";
import { VERSION } from "../../../src/version.ts";
import { posixTest, TestDir } from "../../support/test_dir.ts";

function launch(command: string, ...args: string[]): Launch {
  return { command, args };
}

const NOWHERE: Machine = { os: "linux", cwd: "/", read: () => undefined };

posixTest("what an entry points to", async () => {
  await using dir = await TestDir.make();
  await Deno.mkdir(dir.at("bin"));
  await Deno.mkdir(dir.at("venv"));
  const own = await dir.write("bin/molecule-mcp", "\x7fELF 1", 0o755);
  const copy = await dir.write("bin/molecule-mcp-linux-x86_64", "\x7fELF 1", 0o755);
  const renamed = await dir.write("bin/renamed", "\x7fELF 1", 0o755);
  const asLarge = await dir.write("bin/molecule-mcp-old", "\x7fELF 0", 0o755);
  const smaller = await dir.write("bin/molecule-mcp-small", "\x7fELF", 0o755);
  await Deno.symlink(own, dir.at("bin", "link"));
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
    [launch(own, "serve"), "this"],
    [launch(dir.at("bin", "link")), "this"],
    [launch(`${dir.at("bin")}/../bin/molecule-mcp`), "this"],
    [launch(copy), "copy"],
    [launch(copy, "--profile", "work"), "another"],
    [launch(renamed), "copy"],
    [launch(asLarge), "another"],
    [launch(smaller), "another"],
    [launch("./bin/molecule-mcp"), "another"],
    [launch(dir.at("gone", "molecule-mcp")), "dead"],
    [launch(dir.at("gone", "anything")), "dead"],
    [launch(python), "python"],
    [launch("molecule-mcp"), "python"],
    [launch("python3", "-m", "molecule_runtime.mcp"), "python"],
    [launch("/usr/bin/python3.12", "-m", "molecule"), "python"],
    [launch("python3", "-m", "http.server"), "foreign"],
    [launch("uvx", "molecule-mcp"), "python"],
    [launch("npx", "-y", "molecule-mcp@0.0.9"), "another"],
    [launch("npx", "-y", `molecule-mcp@${VERSION}`), "copy"],
    [launch("cmd", "/c", "npx", "-y", `molecule-mcp@${VERSION}`), "copy"],
    [launch("bunx", `molecule-mcp@${VERSION}`), "another"],
    [launch("deno", "run", "-A", "https://example.com/molecule-mcp.js"), "another"],
    [launch(other), "foreign"],
    [launch("npx", "-y", "other-mcp"), "foreign"],
    [undefined, "foreign"],
  ];
  for (const [entry, expected] of table) {
    const { pointsTo: kind } = await pointsTo(entry, launch(own), machine);
    assertEquals(kind, expected, JSON.stringify(entry));
  }
});

Deno.test("a Windows path and pip's launcher there are recognised on any system", async () => {
  const pip = launch("C:\\Python\\Scripts\\molecule-mcp.exe");
  assertEquals(startsMolecule(launch("C:\\Program Files\\molecule-mcp.exe")), true);
  assertEquals(startsMolecule(pip), true);
  assertEquals(startsMolecule(launch("cmd", "/c", "npx", "-y", "molecule-mcp@1.0.0")), true);
  assertEquals(startsMolecule(launch("C:\\tools\\other.exe")), false);
  const { pointsTo: kind } = await pointsTo(pip, undefined, NOWHERE);
  assertEquals(kind === "python" || kind === "dead", true);
});

const FLAGS = [
  "--no-prompt",
  `--allow-env=${ENVIRONMENT.map(({ name }) => name).join(",")}`,
  "--allow-net",
  "--allow-read",
  "--allow-write",
];

Deno.test("of a file that Deno runs: whether it is there, and what it lacks", async () => {
  await using dir = await TestDir.make();
  for (const folder of ["a", "b"]) await Deno.mkdir(dir.at(folder));
  const file = await dir.write("a/molecule-mcp.js", "1");
  const copy = await dir.write("b/molecule-mcp.js", "1");
  const deno = Deno.execPath();
  const own = launch(deno, "run", ...FLAGS, file);
  const look = (...args: string[]) => pointsTo(launch(deno, "run", ...args), own, NOWHERE);
  assertEquals(await look(...FLAGS, file), { pointsTo: "this" });
  assertEquals(await look("-A", file), { pointsTo: "this" });
  assertEquals(await look("-ERNW", file), { pointsTo: "this" });
  assertEquals(await look("-A", copy), { pointsTo: "copy" });
  assertEquals(await pointsTo(launch("deno", "run", "-A", file), own, NOWHERE), {
    pointsTo: "this",
  });
  const gone = dir.at("gone", "molecule-mcp.js");
  assertEquals(await look("-A", gone), {
    pointsTo: "dead",
    detail: "the file that Deno is to run",
  });
  assertEquals(await pointsTo(launch(deno, "run", gone), launch(deno, "run", gone), NOWHERE), {
    pointsTo: "dead",
    detail: "the file that Deno is to run",
  });
  assertEquals((await look("-A", "molecule-mcp.js")).pointsTo, "another");
  assertEquals(await look(file), {
    pointsTo: "this",
    trouble: "it lacks --allow-env, --allow-net, --allow-read, --allow-write",
  });
  const narrow = ["--allow-net=x.example", "--allow-read=/tmp", "--allow-write=/tmp", file];
  assertEquals(await look("--allow-env", ...narrow), { pointsTo: "this" });
  assertEquals(
    (await look("--allow-env=WORKSPACE*,PLATFORM_URL,MOLECULE_*", ...narrow)).trouble?.includes(
      "CONFIGS_DIR",
    ),
    true,
  );
  assertEquals((await look(...FLAGS, file, "--verbose")).trouble, "it is given other arguments");
});

Deno.test("what cannot be compared is told by its version", async () => {
  const file = (version: string) => `https://example.com/v${version}/molecule-mcp.js`;
  const look = async (command: string, ...args: string[]) => {
    const npx = launch("npx", "-y", `molecule-mcp@${VERSION}`);
    return await pointsTo(launch(command, ...args), npx, NOWHERE);
  };
  assertEquals((await look("npx", `molecule-mcp@${VERSION}`)).pointsTo, "this");
  assertEquals((await look("deno", "run", "-A", file(VERSION))).pointsTo, "copy");
  assertEquals(await look("npx", "-y", "molecule-mcp@0.0.9"), {
    pointsTo: "another",
    detail: `npm's package of version 0.0.9; this is ${VERSION}`,
  });
  assertEquals(await look("deno", "run", "-A", file("0.0.9")), {
    pointsTo: "another",
    detail: `a release's file of version 0.0.9; this is ${VERSION}`,
  });
  for (const newest of ["molecule-mcp", "molecule-mcp@latest"]) {
    assertEquals(await look("npx", "-y", newest), {
      pointsTo: "another",
      detail: `npm's package of whichever version is newest then; this is ${VERSION}`,
    });
  }
});

posixTest("what is no regular file is never opened: a named pipe would wait for ever", async () => {
  await using dir = await TestDir.make();
  const own = await dir.write("own", "1", 0o755);
  const pipe = dir.at("molecule-mcp");
  const { success } = await new Deno.Command("mkfifo", { args: [pipe] }).output();
  assert(success);
  assertEquals(await pointsTo(launch(pipe), launch(own), NOWHERE), { pointsTo: "another" });
  await Deno.mkdir(dir.at("molecule-mcp-dir"));
  assertEquals(
    (await pointsTo(launch(dir.at("molecule-mcp-dir")), launch(own), NOWHERE)).pointsTo,
    "another",
  );
});

Deno.test("this program's own entry is this program, in every form in which it is installed", async () => {
  const read = (name: string) => name === "MOLECULE_MCP_NPM" ? "1" : undefined;
  for (const os of ["linux", "windows"] as const) {
    for (const profile of [undefined, "work"]) {
      const own = ownLaunch({ os, read, cwd: "/" }, profile);
      assertEquals(await pointsTo(own, own, NOWHERE), { pointsTo: "this" });
      assertEquals(
        (await pointsTo(own, ownLaunch({ os, read, cwd: "/" }), NOWHERE, { anyProfile: true }))
          .pointsTo,
        "this",
      );
    }
  }
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
