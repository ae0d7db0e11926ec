/**
 * Calls the listener at every Enter in the terminal, until the signal fires or the input ends.
 *
 * @param input stdin, of which a read that has begun cannot be taken back
 */
export async function whenEntered(
  signal: AbortSignal,
  onEnter: () => void,
  input: { read(buffer: Uint8Array): Promise<number | null> } = Deno.stdin,
): Promise<void> {
  const buffer = new Uint8Array(1024);
  while (!signal.aborted) {
    const count = await input.read(buffer);
    if (count === null || signal.aborted) return;
    if (buffer.subarray(0, count).includes(0x0a)) onEnter();
  }
}
