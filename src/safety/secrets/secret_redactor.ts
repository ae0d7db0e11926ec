import { secretForms } from "./secret_forms.ts";

const REDACTED = "[redacted]";
/** Anything shorter would turn ordinary words into `[redacted]`. */
const MIN_SECRET_LENGTH = 6;
/** What may be left of a secret at the edge of an excerpt, and still be worth hiding. */
const FRAGMENT_LENGTH = 20;
/** Of a shorter secret, a part of that length is all but the whole. */
const MIN_LONG_SECRET = 24;
/** A line of a shell or an .env file in place of a token: the name is not a secret, and common. */
const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*=[^=]/;

const BEARER = /\b(bearer)(\s+|%20|\+)([\w.~+/=-]+)/gi;
/** What follows the word when somebody writes about bearer tokens. */
const BEARER_PROSE = /^(?:tokens?|auth[a-z]*|headers?|credentials?|schemes?|realm=.*)\.?$/i;

/**
 * Redacts the live tokens in every text that leaves the program: stderr lines, errors, results,
 * what goes to the platform (src/README.md, "Secrets"). A text without any is returned as it is.
 */
export class SecretRedactor {
  /** Never hidden, although a secret may hold one: `inbound-<id>` does. */
  readonly #ids: readonly string[];
  readonly #secrets = new Set<string>();
  /** Every spelling of every secret, longest first: one may be a part of another. */
  #forms: readonly string[] = [];
  /** Secrets that a cut text may hold a recognisable part of. */
  readonly #long = new Set<string>();

  /** @param ids the ids of the workspaces, which stay readable wherever they stand */
  constructor(ids: readonly string[] = []) {
    this.#ids = ids;
  }

  /** Hides this secret from now on; blank ones and those under 6 characters are left alone. */
  add(secret: string | undefined): void {
    const trimmed = secret?.trim() ?? "";
    if (trimmed.length < MIN_SECRET_LENGTH || this.#secrets.has(trimmed)) return;
    if (this.#ids.includes(trimmed)) return;
    this.#secrets.add(trimmed);
    this.#forms = [...this.#forms, ...secretForms(trimmed)].sort((a, b) => b.length - a.length);
    // Made of characters that no escaping touches, so that taking a part leaves valid JSON behind.
    if (
      trimmed.length >= MIN_LONG_SECRET && /^[\w.~+/=-]+$/.test(trimmed) &&
      !ASSIGNMENT.test(trimmed)
    ) this.#long.add(trimmed);
  }

  /** Every spelling of every known secret, the longest first. */
  get forms(): readonly string[] {
    return this.#forms;
  }

  /**
   * The text with `[redacted]` for every known secret: as it is, URL-encoded, JSON-escaped, in
   * Base64, or cut (its first or last 20 characters or more); and for what follows `Bearer`.
   * Printed JSON stays JSON as long as no secret holds JSON's own marks; for data there is
   * `redactJson`.
   */
  redact(text: string): string {
    return this.redactKnown(text).replace(
      BEARER,
      (all: string, scheme: string, space: string, value: string) =>
        isProse(scheme, value) ? all : scheme + space + REDACTED,
    );
  }

  /** As `redact`, without guessing what may be an unannounced bearer token. */
  redactKnown(text: string): string {
    let redacted = text;
    for (const form of this.#forms) {
      if (!redacted.includes(form)) continue;
      const ids = this.#ids.filter((id) => id.includes(form));
      redacted = ids.length === 0
        ? redacted.replaceAll(form, REDACTED)
        : replaceOutside(redacted, form, ids);
    }
    for (const secret of this.#long) redacted = redactFragments(redacted, secret, this.#ids);
    return redacted;
  }
}

/** Replaces a secret that is a part of an id, wherever it is not read as a part of that id. */
function replaceOutside(text: string, secret: string, ids: readonly string[]): string {
  const taken = idSpans(text, 0, text.length, ids);
  return text.replaceAll(
    secret,
    (found, at: number) =>
      taken.some(([start, end]) => start <= at && at + secret.length <= end) ? found : REDACTED,
  );
}

/** Takes out what is left of a cut secret: its beginning, however long, and its end. */
function redactFragments(text: string, secret: string, ids: readonly string[]): string {
  const head = secret.slice(0, FRAGMENT_LENGTH);
  const withoutHeads = replaceSpans(text, head, ids, (at) => {
    let end = at + FRAGMENT_LENGTH;
    while (end < text.length && text[end] === secret[end - at]) end++;
    return [at, end];
  });
  const tail = secret.slice(-FRAGMENT_LENGTH);
  return replaceSpans(withoutHeads, tail, ids, (at, free) => {
    const end = at + FRAGMENT_LENGTH;
    let start = at;
    while (start > free && withoutHeads[start - 1] === secret.at(start - 1 - end)) start--;
    return [start, end];
  });
}

/**
 * Replaces every span in one pass: a text of a million fragments takes a moment, not minutes.
 *
 * @param spanAt start and end of the span for an anchor found at `at`; nothing before `free` is
 * part of it
 */
function replaceSpans(
  text: string,
  anchor: string,
  ids: readonly string[],
  spanAt: (at: number, free: number) => [start: number, end: number],
): string {
  const pieces: string[] = [];
  let done = 0;
  for (let at = text.indexOf(anchor); at !== -1; at = text.indexOf(anchor, done)) {
    const [start, end] = spanAt(at, done);
    pieces.push(text.slice(done, start), withoutFragment(text, start, end, ids));
    done = end;
  }
  return done === 0 ? text : pieces.join("") + text.slice(done);
}

/** `[redacted]` for the span, except for what is an id in it, or only a part of one. */
function withoutFragment(
  text: string,
  start: number,
  end: number,
  ids: readonly string[],
): string {
  const hide = (piece: string) =>
    piece.length < FRAGMENT_LENGTH || ids.some((id) => id.includes(piece)) ? piece : REDACTED;
  let result = "";
  let done = start;
  for (const [from, to] of idSpans(text, start, end, ids)) {
    result += hide(text.slice(done, from)) + text.slice(from, to);
    done = to;
  }
  return result + hide(text.slice(done, end));
}

/** Where ids stand in the text, as far as it is between the two offsets; in order, none overlaps. */
function idSpans(
  text: string,
  start: number,
  end: number,
  ids: readonly string[],
): [start: number, end: number][] {
  const spans: [number, number][] = [];
  for (const id of ids) {
    const last = Math.min(text.length, end + id.length);
    const near = text.slice(Math.max(0, start - id.length), last);
    const offset = Math.max(0, start - id.length);
    for (let at = near.indexOf(id); at !== -1; at = near.indexOf(id, at + id.length)) {
      const from = Math.max(start, offset + at);
      const to = Math.min(end, offset + at + id.length);
      if (from < to) spans.push([from, to]);
    }
  }
  spans.sort(([a], [b]) => a - b);
  let free = start;
  return spans.flatMap(([from, to]) => {
    if (to <= free) return [];
    const span: [number, number] = [Math.max(from, free), to];
    free = to;
    return [span];
  });
}

/** "the bearer of news" is not a header: there, a real token is known, long, or not a plain word. */
function isProse(scheme: string, value: string): boolean {
  return BEARER_PROSE.test(value) || (scheme === "bearer" && /^[a-z]{1,15}[.-]?$/.test(value));
}
