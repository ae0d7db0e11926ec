import { field, isObject } from "../../lib/json.ts";
import type { Launch } from "./client.ts";
import type { EditedClient } from "./clients.ts";
import { launchText } from "./launch_text.ts";
import { ownForm, readRest } from "./recognise.ts";
import { holdsToken, variablesOf } from "./servers_in.ts";

/**
 * What in an entry is a secret or may be one, for people, without its value.
 *
 * @returns undefined where there is nothing of that kind
 */
export function secretsOf(client: EditedClient, entry: unknown): string | undefined {
  if (holdsToken(entry)) return "the token";
  const places = [
    ...variablesOf(entry).length > 0 ? ["variables"] : [],
    ...["headers", "http_headers"].some((key) => !isEmpty(field(entry, key))) ? ["headers"] : [],
    ...isPlain(client.launchOf(entry)) ? [] : ["arguments"],
  ];
  return places.length === 0 ? undefined : `what may be a secret (its ${places.join(", ")})`;
}

/** Whether a command line has no more in it than `install` writes, or than a program's name. */
function isPlain(launch: Launch | undefined): boolean {
  if (!launch) return true;
  const form = ownForm(launch);
  if (!form) return !launchText(launch).includes("...");
  const flags = form.form === "deno" ? form.flags : [];
  return readRest(form.rest).isPlain &&
    flags.every((flag) => /^-[\w-]+(=[\w,.:*/\\-]*)?$/.test(flag));
}

function isEmpty(value: unknown): boolean {
  return !isObject(value) || Object.keys(value).length === 0;
}
