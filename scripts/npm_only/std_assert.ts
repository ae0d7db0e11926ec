/**
 * The functions of `jsr:@std/assert` that this project uses, over `node:assert`,
 * for networks that reach npm but not JSR. Add one here when the project starts to use it.
 *
 * @module
 */
import { AssertionError, deepStrictEqual, notDeepStrictEqual } from "node:assert";

export { AssertionError };

/** Throws unless the condition is truthy. */
export function assert(condition: unknown, message = "Expected a truthy value"): asserts condition {
  if (!condition) throw new AssertionError({ message });
}

/** Throws unless the two are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  // A key whose value is undefined is a key, as in @std/assert; a prototype of null counts as none.
  deepStrictEqual(plain(actual), plain(expected), message);
}

/** Throws when the two are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  notDeepStrictEqual(plain(actual), plain(expected), message);
}

/** Throws unless `Object.is` holds. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  message = `Expected ${String(expected)}, got ${String(actual)}`,
): asserts actual is T {
  if (!Object.is(actual, expected)) throw new AssertionError({ message });
}

/** Throws unless the string holds the expected part. */
export function assertStringIncludes(actual: string, expected: string, message?: string): void {
  if (!actual.includes(expected)) {
    throw new AssertionError({
      message: message ??
        `Expected ${JSON.stringify(actual)} to include ${JSON.stringify(expected)}`,
    });
  }
}

/** Throws unless the pattern matches. */
export function assertMatch(actual: string, expected: RegExp, message?: string): void {
  if (!expected.test(actual)) {
    throw new AssertionError({
      message: message ?? `Expected ${JSON.stringify(actual)} to match ${expected}`,
    });
  }
}

/** Throws when the pattern matches. */
export function assertNotMatch(actual: string, expected: RegExp, message?: string): void {
  if (expected.test(actual)) {
    throw new AssertionError({
      message: message ?? `Expected ${JSON.stringify(actual)} not to match ${expected}`,
    });
  }
}

type ErrorClass<E extends Error> = new (...args: never[]) => E;

/** Throws unless `fn` throws (an `ErrorClass` whose message includes `msgIncludes`); returns what it threw. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass?: ErrorClass<E>,
  msgIncludes = "",
): E {
  try {
    fn();
  } catch (error) {
    return checkedError(error, errorClass, msgIncludes);
  }
  throw new AssertionError({ message: "Expected the function to throw" });
}

/** As `assertThrows`, for a function that returns a promise. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass?: ErrorClass<E>,
  msgIncludes = "",
): Promise<E> {
  try {
    await fn();
  } catch (error) {
    return checkedError(error, errorClass, msgIncludes);
  }
  throw new AssertionError({ message: "Expected the promise to reject" });
}

function checkedError<E extends Error>(
  error: unknown,
  errorClass: ErrorClass<E> | undefined,
  msgIncludes: string,
): E {
  if (!(error instanceof Error)) {
    throw new AssertionError({ message: `A non-Error was thrown: ${String(error)}` });
  }
  if (errorClass && !(error instanceof errorClass)) {
    throw new AssertionError({
      message: `Expected ${errorClass.name}, got ${error.constructor.name}: ${error.message}`,
    });
  }
  assertStringIncludes(error.message, msgIncludes);
  return error as E;
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (
    value !== null && typeof value === "object" &&
    (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)
  ) {
    return Object.fromEntries(
      Object.entries(value).map(([k, v]) => [k, plain(v)]),
    );
  }
  return value;
}
