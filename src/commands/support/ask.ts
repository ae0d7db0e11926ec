import type { CommandContext } from "./command.ts";

const ENTER = 10;

/**
 * Asks a yes-or-no question on a terminal. Anything but yes, the end of input and Ctrl-C mean no.
 *
 * @returns undefined where nobody can be asked
 */
export async function askYes(
  { terminal, signal }: Pick<CommandContext, "terminal" | "signal">,
  question: string,
): Promise<boolean | undefined> {
  if (!terminal.isInteractive) return undefined;
  terminal.note(`${question} [y/N]`);
  const answer = await readLine(signal);
  return /^y(es)?$/i.test(answer?.trim() ?? "");
}

async function readLine(signal: AbortSignal): Promise<string | undefined> {
  const bytes: number[] = [];
  const chunk = new Uint8Array(256);
  const interrupted = new Promise<null>((resolve) =>
    signal.addEventListener("abort", () => resolve(null), { once: true })
  );
  while (!bytes.includes(ENTER)) {
    if (signal.aborted) return undefined;
    const length = await Promise.race([Deno.stdin.read(chunk), interrupted]);
    if (length === null) return undefined;
    bytes.push(...chunk.subarray(0, length));
  }
  return new TextDecoder().decode(new Uint8Array(bytes.slice(0, bytes.indexOf(ENTER))));
}
