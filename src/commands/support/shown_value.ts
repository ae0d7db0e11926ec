import { parsePlatformUrl } from "../../config/platform_url.ts";
import { mayHoldSecret } from "../../config/quote_value.ts";
import { SETTINGS_KEYS } from "../../config/settings_file.ts";
import { isUuid } from "../../lib/uuid.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";

const NO_UUID = "00000000-0000-0000-0000-000000000000";
const ORIGIN = /^https?:\/\/[^\s/?#@\\]+/i;
/** Parts of a host's name that nobody takes for a token: short ones, of which hyphens make a name. */
const WORDS = /^[a-z0-9_]{0,19}(?:-[a-z0-9_]{0,19})*$/;
/** Nothing but "https://host:port", as far as it is typed. */
const BEGUN_HOST = /^https?:\/\/[a-z0-9.-]*(?::\d{0,5})?(?=\/|$)/;

/** What stands in the place of a text that may hold a secret. */
export function hidden(text: string): string {
  return `(${text.length} characters, not shown)`;
}

/** A setting's value or an answer, cleaned, or only its length when it may hold a secret. */
export function shownValue(text: string, secrets: readonly string[] = []): string {
  if (mayHoldSecret(text) || secrets.includes(text)) return hidden(text);
  return cleanLine(text) ?? "";
}

/** The same for a platform's address, whose host may be long. What is no such address is hidden. */
export function shownUrl(text: string): string {
  if ("problem" in parsePlatformUrl(text)) return hidden(text);
  const [origin = ""] = ORIGIN.exec(text) ?? [];
  const labels = origin.replace(/^https?:\/\//i, "").split(".");
  if (labels.some((label) => mayHoldSecret(label) && !WORDS.test(label))) return hidden(text);
  return origin + shownPath(text.slice(origin.length));
}

/** A text of others in which the address, or its host alone, stands as it may be shown. */
export function withShownUrl(text: string, url: string): string {
  const shown = shownUrl(url);
  const rest = text.replaceAll(url, () => shown);
  const { origin, host, hostname } = URL.parse(url) ?? {};
  if (origin === undefined || shown.startsWith(origin)) return rest;
  return [origin, host, hostname].reduce<string>(
    (found, part) => part ? found.replaceAll(part, () => hidden(part)) : found,
    rest,
  );
}

/** What is typed where an id is asked for: that of a UUID shows, all else when it is whole. */
export function typedId(text: string): string {
  if (text === "" || isUuid(text + NO_UUID.slice(text.length))) return text;
  return hidden(text);
}

/** What is typed where an address is asked for: nothing that does not begin as one. */
export function typedUrl(text: string): string {
  if (["https://", "http://"].some((begin) => begin.startsWith(text))) return text;
  const [origin] = BEGUN_HOST.exec(text) ?? [];
  if (origin === undefined || origin.split(/[./]/).some((label) => !WORDS.test(noPort(label)))) {
    return hidden(text);
  }
  return origin + shownPath(text.slice(origin.length));
}

/** Whether a problem is about a variable, or about the key that stands for it in settings.json. */
export function isAbout({ variable }: { readonly variable: string }, name: string): boolean {
  const key = Object.keys(SETTINGS_KEYS).find((key) => SETTINGS_KEYS[key] === name);
  return variable === name || variable.startsWith(`${key} in `);
}

function shownPath(path: string): string {
  if (path === "") return "";
  return /^[\w./~%-]*$/.test(path) && !mayHoldSecret(path) ? path : `/${hidden(path.slice(1))}`;
}

function noPort(label: string): string {
  return label.replace(/:\d*$/, "");
}
