import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { endSignal, parentEnd, parentId } from "../../src/cli/end_signals.ts";
import { NO_PARENT_WATCH, NO_SIGNALS, NOT_WINDOWS, testUnless } from "../support/test_unless.ts";
import { denoCommand } from "../../scripts/deno_command.ts";

const CHILD = fromFileUrl(new URL("end_signals_child.ts", import.meta.url));
const CHILD_ARGS = ["run", "--quiet", "--no-lock", "--no-config", "-A", CHILD];

/** Starts the child, hands it over when it is ready, and returns what it wrote in all. */
async function outputOf(
  args: readonly string[],
  ready: (child: Deno.ChildProcess) => void,
): Promise<string> {
  const child = new Deno.Command(denoCommand(), { args: [...args], stdout: "piped" }).spawn();
  let output = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    if (output === "") ready(child);
    output += text;
  }
  await child.status;
  return output.replace(/\d+/, "PID");
}

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  testUnless(
    NO_SIGNALS,
    `${signal} is the end, and nothing is left that keeps the process alive`,
    async () => {
      const output = await outputOf(CHILD_ARGS, (child) => child.kill(signal));
      assertEquals(output, "ready PID\nended\n");
    },
  );
}

testUnless(NO_PARENT_WATCH, "when the parent is killed it is the end", async () => {
  const args = [...CHILD_ARGS, "parent", ...CHILD_ARGS];
  const output = await outputOf(args, (parent) => parent.kill("SIGKILL"));
  assertEquals(output, "ready PID\nended\n");
});

testUnless(NOT_WINDOWS, "on Windows the parent, which never changes, is not asked for", () => {
  const ppid = Object.getOwnPropertyDescriptor(Deno, "ppid");
  Object.defineProperty(Deno, "ppid", {
    configurable: true,
    get: () => {
      throw new Error("asked");
    },
  });
  try {
    assertEquals(parentId(), undefined);
    const watching = new AbortController();
    parentEnd(parentId(), watching.signal); // The test's own leak check would see a timer.
  } finally {
    if (ppid) Object.defineProperty(Deno, "ppid", ppid);
  }
});

Deno.test("watching stops with the signal", () => {
  const watching = new AbortController();
  endSignal(watching.signal);
  parentEnd(parentId(), watching.signal);
  watching.abort(); // The test's own leak check sees what is left.
});
