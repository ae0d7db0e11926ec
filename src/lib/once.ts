/**
 * The function, of which only the first call does anything; the others get its result: a constant that
 * is made when it is first needed, a line that is said once.
 */
export function once<T>(run: () => T): () => T {
  let done: { readonly result: T } | undefined;
  return () => (done ??= { result: run() }).result;
}
