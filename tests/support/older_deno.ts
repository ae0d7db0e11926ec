/** Deno before 2.9, until it is disposed of: a lock cannot be tried. */
export function olderDeno(): Disposable {
  const { prototype } = Deno.FsFile;
  const before = Object.getOwnPropertyDescriptor(prototype, "tryLock") ?? {};
  Object.defineProperty(prototype, "tryLock", { value: undefined, configurable: true });
  return { [Symbol.dispose]: () => void Object.defineProperty(prototype, "tryLock", before) };
}
