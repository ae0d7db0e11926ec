/**
 * A program that is molecule-mcp in everything but one thing.
 *
 * Usage: deno run -A impostor.ts MODE BUNDLE [arguments of the program]
 *
 * @module
 */
const [mode = "", bundle = "", ...args] = Deno.args;
const isServing = Deno.env.has("WORKSPACE_ID");

switch (mode) {
  case "without the friendly error":
    if (!isServing && args.length === 0) Deno.exit(2);
    break;
  case "with exit code 1 for missing settings":
    if (!isServing && args.length === 0) {
      await beTheProgram();
      Deno.exit(1);
    }
    break;
  case "with the friendly error on stdout too":
    if (!isServing && args.length === 0) console.log("missing required environment");
    break;
  case "with a banner on stdout":
    if (isServing) console.log("Welcome!");
    break;
  case "that logs JSON on stdout":
    if (isServing) console.log('{"level":"info"}');
    break;
  case "that logs what goes well":
    if (isServing) console.error("Everything is fine.");
    break;
  case "of another version":
    if (args[0] === "--version") {
      console.log("molecule-mcp 9.9.9");
      Deno.exit(0);
    }
    break;
  case "without its second file":
    if (args[0] === "completions") {
      console.error("molecule-mcp: this command is in a second file");
      Deno.exit(1);
    }
    break;
  case "that hangs without settings":
    if (!isServing && args.length === 0) await new Promise(() => setInterval(() => {}, 1000));
    break;
  case "that crashes when it serves":
    if (isServing) throw new Error("Broken on purpose");
    break;
  case "that leaks descriptors":
    if (isServing) setInterval(() => Deno.openSync("/dev/null"), 5);
    break;
  case "that leaks timers":
    if (isServing) setInterval(() => setTimeout(() => {}, 60_000), 5);
    break;
  case "that leaks memory": {
    const kept: Uint8Array[] = [];
    if (isServing) setInterval(() => kept.push(new Uint8Array(1024 * 1024).fill(1)), 5);
    break;
  }
  case "that leaves a process":
    if (isServing) {
      new Deno.Command(Deno.execPath(), {
        args: ["eval", "setTimeout(() => {}, 30_000)"],
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn().unref();
    }
    break;
}
const code = await beTheProgram();
if (mode === "that hangs at the end of its input" && isServing) {
  await new Promise(() => setInterval(() => {}, 1000));
}
Deno.exit(code);

async function beTheProgram(): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "-A", bundle, ...args],
    stdin: "inherit",
    stdout: "inherit",
    stderr: isServing && mode === "that does not say that its environment is closed"
      ? "null"
      : "inherit",
  }).spawn();
  return (await child.status).code;
}
