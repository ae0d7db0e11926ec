import { field, isObject, type JsonObject } from "../../src/lib/json.ts";

/** The id of a request. */
export type Id = string | number;

/** An answer that may or must come. */
export interface Due {
  readonly what: string;
  /** Of the request; undefined for what had none that can be read. */
  readonly id: Id | undefined;
  /** Whether it has to come; what was cancelled need not. */
  required: boolean;
  /** Of the batch that it has to come in. */
  readonly group?: number;
  /** How many answers it would take, in order of 1 (this alone) to 3: the choosy come first. */
  readonly width: number;
  accepts(answer: JsonObject): boolean;
}

/** The codes of JSON-RPC errors. */
export const CODE = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  unsupportedVersion: -32022,
} as const;

/** A result, for which `check` holds. */
export function result(
  id: Id,
  what: string,
  check: (result: JsonObject) => boolean = () => true,
): Due {
  return {
    what: `the result of ${what} for id ${JSON.stringify(id)}`,
    id,
    required: true,
    width: 2,
    accepts: (answer) => answer.id === id && isObject(answer.result) && check(answer.result),
  };
}

/** An error, with one of the codes when there are any. */
export function error(id: Id, ...codes: readonly number[]): Due {
  return {
    what: `an error ${codes.join(" or ")} for id ${JSON.stringify(id)}`,
    id,
    required: true,
    width: 1,
    accepts: (answer) => answer.id === id && isError(answer, codes),
  };
}

/** Either, for what is neither right nor plainly wrong. */
export function either(id: Id): Due {
  return {
    what: `an answer for id ${JSON.stringify(id)}`,
    id,
    required: true,
    width: 3,
    accepts: (answer) => answer.id === id,
  };
}

/** The error for a line that is not a message and has no id. */
export function unaddressed(...codes: readonly number[]): Due {
  return {
    what: `an error ${codes.join(" or ")} for id null`,
    id: undefined,
    required: true,
    width: 1,
    accepts: (answer) => answer.id === null && isError(answer, codes),
  };
}

/** The error for a line that is not a message but has an id, which may be named. */
export function invalid(id: Id): Due {
  const [named, unnamed] = [error(id, CODE.invalidRequest), unaddressed(CODE.invalidRequest)];
  return {
    ...named,
    width: 2,
    accepts: (answer) => named.accepts(answer) || unnamed.accepts(answer),
  };
}

/** What the due asks for, or that the id is taken. */
export function orRefused(due: Due, id: Id): Due {
  const refused = error(id, CODE.invalidRequest);
  return {
    ...due,
    what: `${due.what}, or its refusal`,
    width: 3,
    accepts: (answer) => due.accepts(answer) || refused.accepts(answer),
  };
}

function isError(answer: JsonObject, codes: readonly number[]): boolean {
  const code = field(answer.error, "code");
  return typeof code === "number" && typeof field(answer.error, "message") === "string" &&
    (codes.length === 0 || codes.includes(code));
}
