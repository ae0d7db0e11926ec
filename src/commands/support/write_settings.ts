import { join } from "@std/path";
import { SETTINGS_FILE_NAME, SETTINGS_VERSION } from "../../config/settings_file.ts";
import { TOKEN_FILE_NAME } from "../../config/token_file.ts";
import {
  readPrivateFile,
  removePrivateFile,
  writePrivateFile,
} from "../../lib/files/private_file.ts";
import { isObject } from "../../lib/json.ts";

/** Values by the keys of settings.json; `undefined` takes a key away. */
export type SettingsChange = Readonly<Record<string, string | undefined>>;

/** Where they were saved. */
export interface SavedFiles {
  readonly settingsPath: string;
  readonly tokenPath: string;
}

/**
 * Saves a workspace's settings and its token in a state directory, both with mode 0600. Other keys
 * and their order stay. When one of the two cannot be saved, neither is.
 *
 * @throws {PrivateFileError} for what is at one of the paths, or for the disk
 * @throws {SyntaxError} when settings.json is there and holds no JSON object
 */
export async function saveLogin(
  stateDir: string,
  change: SettingsChange,
  token: string,
): Promise<SavedFiles> {
  const settingsPath = join(stateDir, SETTINGS_FILE_NAME);
  const tokenPath = join(stateDir, TOKEN_FILE_NAME);
  const before = await readPrivateFile(settingsPath);
  await writePrivateFile(settingsPath, changedSettings(before?.content ?? "", change), {
    secret: false,
  });
  try {
    await writePrivateFile(tokenPath, token);
  } catch (error) {
    if (before) await writePrivateFile(settingsPath, before.content, { secret: false });
    else await removePrivateFile(settingsPath);
    throw error;
  }
  return { settingsPath, tokenPath };
}

/**
 * The text of settings.json with these values.
 *
 * @throws {SyntaxError} when it is neither blank nor a JSON object
 */
export function changedSettings(text: string, change: SettingsChange): string {
  const json: unknown = text.trim() === "" ? {} : JSON.parse(text.trim());
  if (!isObject(json)) {
    throw new SyntaxError(`Cannot change ${SETTINGS_FILE_NAME}: it is no object`);
  }
  const changed: Record<string, unknown> = { version: SETTINGS_VERSION, ...json };
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) delete changed[key];
    else changed[key] = value;
  }
  return `${JSON.stringify(changed, null, 2)}\n`;
}
