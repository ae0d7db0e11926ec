/**
 * A store that fails while the database is away; see `Faults.database`.
 *
 * @module
 */
import { type PlatformStore, StoreError } from "./store.ts";

/** The store, every operation of which throws {@linkcode StoreError} while the database is away. */
export function failingWhile(isAway: () => boolean, inner: PlatformStore): PlatformStore {
  return new Proxy(inner, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        if (isAway()) throw new StoreError(`Cannot reach the database (${String(name)})`);
        return Reflect.apply(member, target, args);
      };
    },
  });
}
