import type { FoundStateDir } from "../../config/find_state_dir.ts";
import type { PlatformUrl } from "../../config/platform_url.ts";
import { PromptCancelled, type Prompts } from "../support/prompt.ts";
import { hidden, shownUrl, shownValue } from "../support/shown_value.ts";
import type { Terminal } from "../support/terminal.ts";
import { platformUrlField, workspaceIdField } from "./fields.ts";
import { LoginEnded } from "./login_ended.ts";

/**
 * Asks for leave to replace what is saved as soon as it is known that this is another workspace:
 * before anybody looks for its token. Asks once.
 *
 * @throws {PromptCancelled} when it was not given
 * @throws {LoginEnded} where nobody can be asked
 */
export type AskReplace = (workspaceId: string, platformUrl?: PlatformUrl) => Promise<void>;

/** Another workspace than the saved one is not replaced unasked: its agent would be gone. */
export function replaceQuestion(
  { file }: FoundStateDir,
  { isAgreed, terminal, prompts }: {
    /** By a flag: it is only said. */
    readonly isAgreed: boolean;
    readonly terminal: Terminal;
    readonly prompts: Prompts;
  },
): AskReplace {
  let isSettled = false;
  return async (workspaceId, platformUrl) => {
    const savedId = file?.values.get("WORKSPACE_ID");
    const savedUrl = file?.values.get("PLATFORM_URL");
    const isOther = savedId !== undefined && savedId !== workspaceId;
    const moves = savedUrl !== undefined && platformUrl !== undefined &&
      !isSamePlatform(savedUrl, platformUrl);
    if (isSettled || !(isOther || moves)) return;
    isSettled = true;
    const say = (text: string) => terminal.isInteractive ? prompts.note(text) : terminal.note(text);
    say(`${file?.path} is set up for ${named(savedId ?? workspaceId, savedUrl)}.`);
    say(`This one is ${named(workspaceId, platformUrl?.base)}.`);
    if (isAgreed) return;
    const both = "To keep both, give this one a profile: --profile NAME";
    if (!terminal.isInteractive) {
      throw new LoginEnded(`nothing was saved. To replace it: --replace. ${both}`);
    }
    say(`${both}.`);
    if (!await prompts.confirm("Replace it?")) throw new PromptCancelled();
  };
}

/** Whether a saved address is this one. */
export function isSamePlatform(savedUrl: string, platformUrl: PlatformUrl): boolean {
  const saved = platformUrlField(savedUrl);
  return "value" in saved && saved.value.base === platformUrl.base;
}

function named(id: string, url: string | undefined): string {
  const shown = "value" in workspaceIdField(id) ? shownValue(id) : hidden(id);
  return `workspace ${shown}${url === undefined ? "" : ` on ${shownUrl(url)}`}`;
}
