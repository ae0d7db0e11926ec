import { peerText } from "./untrusted_text.ts";

const TOO_DEEP = "(nested too deeply)";
/** Far above any real reply, far below what the recursion of JSON.stringify can take. */
const MAX_DEPTH = 200;
const TOO_MANY = "(cut here: too many values)";
/** Far above any real reply; a million copied values take hundreds of megabytes. */
const MAX_NODES = 200_000;

/** An array or object whose content is yet to be copied, and the place for it. */
interface Task {
  readonly source: object;
  readonly copy: object;
  readonly depth: number;
}

/**
 * A copy of a JSON value with every string in it cleaned and without frames of ours, keys included.
 *
 * Of two keys that become the same one, the one that needed no cleaning wins. What is nested more
 * than 200 deep is replaced by a remark, so that the result can always be printed. At most 200,000
 * values are copied, the outer ones first; in an array or object that has more, a remark goes in
 * for the first one left out and all after it.
 */
export function peerJson(value: unknown): unknown {
  const result: { root?: unknown } = {};
  const tasks: Task[] = [{ source: { root: value }, copy: result, depth: 0 }];
  let nodes = 0;
  // The list grows while it is gone through, so what is nested less comes first.
  for (const { source, copy, depth } of tasks) {
    for (const [name, child] of childrenOf(source)) {
      const cleanName = peerText(name);
      const isTaken = Object.hasOwn(source, cleanName) || Object.hasOwn(copy, cleanName);
      if (cleanName !== name && isTaken) continue;
      if (nodes >= MAX_NODES) {
        put(copy, cleanName, TOO_MANY);
        break;
      }
      nodes++;
      if (typeof child === "string") {
        put(copy, cleanName, peerText(child));
      } else if (typeof child !== "object" || child === null) {
        put(copy, cleanName, child);
      } else if (depth >= MAX_DEPTH) {
        put(copy, cleanName, TOO_DEEP);
      } else {
        const childCopy: object = Array.isArray(child) ? [] : {};
        put(copy, cleanName, childCopy);
        tasks.push({ source: child, copy: childCopy, depth: depth + 1 });
      }
    }
  }
  return result.root;
}

/** One by one: a list of all of them would take more memory than the source. */
function* childrenOf(source: object): Generator<[name: string, child: unknown]> {
  if (Array.isArray(source)) {
    for (const [index, child] of source.entries()) yield [String(index), child];
  } else {
    for (const name of Object.keys(source)) yield [name, Reflect.get(source, name)];
  }
}

/** Also for the key `__proto__`, which an assignment would take for the prototype. */
function put(into: object, key: string, value: unknown): void {
  Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true });
}
