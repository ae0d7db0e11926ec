import { assertEquals } from "@std/assert";

/**
 * Lets timers run so many times as fast (below 1: as slow) until it is disposed of. Requests take
 * their time.
 */
export function fastTimers(factor: number): Disposable {
  const { setTimeout: real } = globalThis;
  const replace = (value: unknown) =>
    Object.defineProperty(globalThis, "setTimeout", { value, writable: true, configurable: true });
  replace((callback: () => void, delayMs = 0) => real(callback, delayMs / factor));
  return { [Symbol.dispose]: () => void replace(real) };
}

/** Asks again and again until the answer is the one waited for. */
export async function until<T>(ask: () => Promise<T>, isIt: (answer: T) => boolean): Promise<T> {
  while (true) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/**
 * Waits until the caller has given up a request that hangs. Use with slow timers, so that it is not
 * the call's own time limit that brings it about.
 */
export async function givenUp(request: { answered: Promise<unknown> }): Promise<void> {
  const tooLate = AbortSignal.timeout(30_000);
  const late = new Promise((resolve) => tooLate.addEventListener("abort", () => resolve("late")));
  assertEquals(await Promise.race([request.answered, late]), "hang", "the caller gave up");
}
