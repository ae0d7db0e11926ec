import type { PlatformStore } from "./store.ts";

/** The store with other methods in place of some of its own. */
export function overridden(
  inner: PlatformStore,
  methods: Partial<PlatformStore>,
): PlatformStore {
  return new Proxy(inner, {
    get(target, name) {
      const method = Reflect.get(methods, name);
      if (method !== undefined) return method;
      const member = Reflect.get(target, name);
      // A store keeps its rows in private members, which a proxy does not have.
      return typeof member === "function"
        ? (...args: unknown[]) => Reflect.apply(member, target, args)
        : member;
    },
  });
}
