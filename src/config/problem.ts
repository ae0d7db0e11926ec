/** One thing that is wrong with the configuration; all of them are reported together. */
export interface Problem {
  /** The environment variable it is about. */
  readonly variable: string;
  /** `missing` problems are listed by name; `invalid` ones are explained. */
  readonly kind: "missing" | "invalid";
  /** What was expected, what was found, and what to do; no secret values. */
  readonly message: string;
  /** Of the message the part that only says what is wrong, where something else says what to do. */
  readonly fault?: string;
}

/** An `invalid` problem. */
export function invalid(variable: string, message: string): Problem {
  return { variable, kind: "invalid", message };
}
