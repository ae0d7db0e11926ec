import { readTrimmed, type ReadVariable } from "../../config/environment.ts";

/** What people call what a variable holds. */
const NAMES: Readonly<Record<string, string>> = {
  PLATFORM_URL: "the platform's URL",
  WORKSPACE_ID: "the workspace's id",
  MOLECULE_WORKSPACE_TOKEN: "the token",
  MOLECULE_ORG_ID: "the organisation's id",
};
const VARIABLE = new RegExp(`\\b(?:${Object.keys(NAMES).join("|")})\\b`, "g");

/**
 * A text that was written for those who set variables, for somebody who typed the values: only a
 * variable that is set is named.
 */
export function inWordsOfLogin(text: string, read: ReadVariable): string {
  return text.replace(
    VARIABLE,
    (name) => readTrimmed(read, name) === undefined ? NAMES[name] ?? name : name,
  );
}

/** With a capital letter at its beginning. */
export function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
