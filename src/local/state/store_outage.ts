/**
 * A store whose operations fail, as those of a database that is away; see `Faults.database`.
 *
 * @module
 */
import { type PlatformStore, StoreError } from "./store.ts";

/**
 * The store, whose operations throw {@linkcode StoreError} when they are told to.
 *
 * @param fails Asked before each operation, by its name
 */
export function failingWhen(
  fails: (operation: string) => boolean,
  inner: PlatformStore,
): PlatformStore {
  return new Proxy(inner, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        const operation = String(name);
        if (fails(operation)) throw new StoreError(`Cannot reach the database (${operation})`);
        return Reflect.apply(member, target, args);
      };
    },
  });
}
