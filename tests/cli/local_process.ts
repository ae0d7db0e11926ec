import { programCommand, spawnProgram } from "../e2e/program.ts";

/** A `molecule-mcp local` that runs. */
export interface LocalProcess extends AsyncDisposable {
  /** What it wrote to stdout until it was ready. */
  readonly said: string;
  readonly pid: number;
  /** Sends a signal, and waits for the end. @returns the exit code */
  end(signal?: Deno.Signal): Promise<number>;
}

/** Starts one with a home of its own, on a free port, and waits until it is ready. */
export async function startLocal(
  home: string,
  ...args: readonly string[]
): Promise<LocalProcess> {
  const port = args.some((arg) => arg.startsWith("--port")) ? [] : ["--port=0"];
  const child = spawnProgram({ HOME: home, USERPROFILE: home }, [
    ...programCommand(),
    "local",
    ...port,
    ...args,
  ]);
  const isReady = args.includes("--json") ? /^\}\n/m : /^Enter shows a fresh link/m;
  let said = "";
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (!isReady.test(said)) {
    const { done, value } = await reader.read();
    if (done) {
      const errors = await new Response(child.stderr).text();
      await child.stdin.close();
      throw new Error(`local ended: ${said}${errors}`);
    }
    said += value;
  }
  let isEnded = false;
  const end = async (signal: Deno.Signal = "SIGTERM") => {
    if (!isEnded) child.kill(signal);
    isEnded = true;
    const { code } = await child.status;
    await Promise.all([
      reader.cancel(),
      child.stderr.cancel(),
      child.stdin.close().catch(() => {}),
    ]);
    return code;
  };
  return {
    said,
    pid: child.pid,
    end,
    async [Symbol.asyncDispose]() {
      if (!isEnded) await end("SIGKILL");
    },
  };
}
