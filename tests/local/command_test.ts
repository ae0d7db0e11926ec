import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type CommandContext, runLocal } from "../../src/local/command.ts";
import { startLocalPlatform } from "../../src/local/start.ts";
import { NO_SIGNALS, testUnless } from "../support/test_unless.ts";
import { denoCommand } from "../../scripts/deno_command.ts";

/** Runs the command in this process until the test stops it. */
class CommandRun {
  readonly lines: string[] = [];
  readonly errors: string[] = [];
  readonly exitCode: Promise<number>;
  readonly #stop = Promise.withResolvers<void>();
  #waiting: { match: (line: string) => boolean; resolve: () => void }[] = [];

  constructor(args: string[], shell: CommandContext["shell"] = "sh") {
    this.exitCode = runLocal(args, {
      print: (line) => {
        this.lines.push(line);
        for (const { match, resolve } of this.#waiting) if (match(line)) resolve();
      },
      printError: (line) => this.errors.push(line),
      stop: this.#stop.promise,
      shell,
    });
  }

  /** Resolves when a line that matches has been printed. */
  printed(match: (line: string) => boolean): Promise<void> {
    if (this.lines.some(match)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ match, resolve }));
  }

  async stop(): Promise<number> {
    this.#stop.resolve();
    return await this.exitCode;
  }

  /** What the first member's settings say. */
  setting(name: string): string {
    const line = this.lines.find((line) => line.includes(name)) ?? "";
    return line.slice(line.indexOf("=") + 1);
  }
}

Deno.test("local: --help shows the usage and starts nothing", async () => {
  const run = new CommandRun(["--help"]);
  assertEquals(await run.exitCode, 0);
  assertStringIncludes(run.lines.join("\n"), "Usage: deno task local [--port N]");
});

for (
  const [args, problem] of [
    [["--port"], "got none"],
    [["--port", "x"], "got x"],
    [["--port=65536"], "got 65536"],
    [["--port", "-1"], "got -1"],
    [["--prot", "1"], "argument --prot"],
    [["--port", "1", "2"], "argument 2"],
  ] as const
) {
  Deno.test(`local: ${args.join(" ")} is refused with the reason`, async () => {
    const run = new CommandRun([...args]);
    assertEquals(await run.exitCode, 2);
    assertStringIncludes(run.errors.join("\n"), problem);
    assertEquals(run.lines, []);
  });
}

Deno.test("local: a taken port is reported, with what to do", async () => {
  await using other = await startLocalPlatform();
  const run = new CommandRun(["--port", String(other.port)]);
  assertEquals(await run.exitCode, 1);
  assertStringIncludes(run.errors.join("\n"), `port ${other.port}: it is taken. Choose another`);
});

Deno.test("local: the settings it shows work, and what the lead tells its user is shown", async () => {
  const run = new CommandRun([]);
  await run.printed((line) => line.startsWith("curl "));
  const [url, id] = [run.setting("PLATFORM_URL"), run.setting("WORKSPACE_ID")];
  const headers = { Authorization: `Bearer ${run.setting("MOLECULE_WORKSPACE_TOKEN")}` };
  const peers = await fetch(`${url}/registry/${id}/peers`, { headers });
  const names: { name: string }[] = await peers.json();
  assertEquals(names.map(({ name }) => name), ["Researcher", "Writer"]);
  const shown = run.printed((line) => line === "Lead to its user: Hello");
  const body = JSON.stringify({ message: "Hello\u001b\u202e" });
  const told = await fetch(`${url}/workspaces/${id}/notify`, { method: "POST", headers, body });
  assertEquals(await told.json(), { status: "sent" });
  await shown;
  assertEquals(await run.stop(), 0);
});

Deno.test("local: the message that it suggests reaches the lead", async () => {
  const run = new CommandRun([]);
  await run.printed((line) => line.startsWith("curl "));
  const command = run.lines.find((line) => line.startsWith("curl ")) ?? "";
  const match = /^curl (\S+) -H 'Authorization: (.*)' -d '(.*)'$/.exec(command);
  assert(match, command);
  const [, url = "", Authorization = "", body = ""] = match;
  const answer = await fetch(url, { method: "POST", headers: { Authorization }, body });
  assertEquals((await answer.json()).delivery_mode, "poll");
  await run.stop();
});

Deno.test("local: on Windows the settings are for PowerShell", async () => {
  const run = new CommandRun([], "powershell");
  await run.printed((line) => line.startsWith("curl "));
  assertMatch(run.lines.join("\n"), /^\$env:WORKSPACE_ID = "[0-9a-f-]{36}"$/m);
  await run.stop();
});

/** The flags with which this test found its packages, for a process of its own. */
function dependencyFlags(): string[] {
  const npmOnly = import.meta.resolve("@std/assert").startsWith("file:");
  const dir = "scripts/npm_only";
  return npmOnly ? [`--import-map=${dir}/import_map.json`, `--lock=${dir}/deno.lock`] : [];
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  testUnless(NO_SIGNALS, {
    name: `local: ${signal} ends it cleanly`,
    fn: async () => {
      const child = new Deno.Command(denoCommand(), {
        args: ["run", "-A", ...dependencyFlags(), "src/local/main.ts", "--port", "0"],
        cwd: new URL("../../", import.meta.url),
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      while (!text.includes("curl ")) {
        const { done, value } = await output.read();
        assert(!done, `It ended early, after ${text}`);
        text += value;
      }
      child.kill(signal);
      const { success } = await child.status;
      assertEquals([success, await new Response(child.stderr).text()], [true, ""]);
      await output.cancel();
    },
  });
}
