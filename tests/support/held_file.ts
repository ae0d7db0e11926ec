/**
 * The next files are opened by nobody: another program holds them, as a virus scanner of Windows does
 * (sharing violation), which is over after this many attempts.
 */
export function heldElsewhere(attempts: number): Disposable & { readonly left: number } {
  const { open } = Deno;
  let left = attempts;
  Deno.open = async (...args) => {
    if (left === 0) return await open(...args);
    left -= 1;
    throw Object.assign(new Error("in use (os error 32)"), { code: "EBUSY" });
  };
  return {
    get left() {
      return left;
    },
    [Symbol.dispose]: () => {
      Deno.open = open;
    },
  };
}
