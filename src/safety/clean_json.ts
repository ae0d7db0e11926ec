import { cleanText } from "./clean_text.ts";

const TOO_DEEP = "(nested too deeply)";
/** Far above any real reply, far below what the recursion of JSON.stringify can take. */
const MAX_DEPTH = 200;

/** A value yet to be copied, and the place for the copy. */
interface Task {
  readonly value: unknown;
  readonly into: object;
  readonly key: string;
  readonly depth: number;
}

/**
 * A copy of a JSON value with every string in it cleaned, keys included.
 *
 * Of two keys that become the same one, the one that needed no cleaning wins. What is nested more
 * than 200 deep is replaced by a remark, so that the result can always be printed.
 */
export function cleanJson(value: unknown): unknown {
  const result: { root?: unknown } = {};
  const tasks: Task[] = [{ value, into: result, key: "root", depth: 0 }];
  for (let task = tasks.pop(); task; task = tasks.pop()) {
    const { value: source, into, key, depth } = task;
    if (typeof source === "string") {
      put(into, key, cleanText(source));
    } else if (typeof source !== "object" || source === null) {
      put(into, key, source);
    } else if (depth >= MAX_DEPTH) {
      put(into, key, TOO_DEEP);
    } else {
      const copy: object = Array.isArray(source) ? [] : {};
      put(into, key, copy);
      for (const [name, child] of Object.entries(source)) {
        const cleanName = cleanText(name);
        const isTaken = Object.hasOwn(source, cleanName) || Object.hasOwn(copy, cleanName);
        if (cleanName !== name && isTaken) continue;
        put(copy, cleanName, undefined); // Keeps the order of the source; the value comes later.
        tasks.push({ value: child, into: copy, key: cleanName, depth: depth + 1 });
      }
    }
  }
  return result.root;
}

/** Also for the key `__proto__`, which an assignment would take for the prototype. */
function put(into: object, key: string, value: unknown): void {
  Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true });
}
