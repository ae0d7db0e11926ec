import { carryOut, planPut, planRemove } from "../../../src/commands/edit/entry_edit.ts";
import type { Format, KeyPath } from "../../../src/commands/edit/format.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { assert } from "@std/assert";
import { ENTRY, LANGUAGES } from "./fixtures.ts";

const [JSON_LANGUAGE] = LANGUAGES;
assert(JSON_LANGUAGE);
export const { format: JSON_FORMAT, path: JSON_PATH } = JSON_LANGUAGE;
export const JSON_TEXT = '{\n  "mcpServers": {\n    "b": { "command": "b" }\n  }\n}\n';

/** What `install` does to a file, and `uninstall`, which depend on nothing else. */
export const put = (
  path: string,
  entry: JsonObject = ENTRY,
  format: Format = JSON_FORMAT,
  at: KeyPath = JSON_PATH,
) => carryOut(path, (file) => planPut(file, format, at, entry, true));
export const remove = (path: string, format: Format = JSON_FORMAT, at: KeyPath = JSON_PATH) =>
  carryOut(path, (file) => planRemove(file, format, at));
