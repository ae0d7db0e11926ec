import { ownCommand } from "../../cli/own_command.ts";
import { checkPlatform, goesDirectly, type PlatformCheck } from "../probe/check_platform.ts";
import type { CommandContext } from "../support/command.ts";
import { profileFlag } from "../support/profile_flag.ts";
import type { Prompts } from "../support/prompt.ts";
import { shownUrl, shownValue, typedId } from "../support/shown_value.ts";
import { askPlatform, askToken, askWorkspaceId } from "./ask_connection.ts";
import type { AskReplace } from "./ask_replace.ts";
import { ORG_IS_TOKEN, orgIdField } from "./fields.ts";
import type { Checked } from "./given_connection.ts";
import { LoginEnded, notAccepted, tryAgain } from "./login_ended.ts";
import { sentence } from "./words.ts";

/** How often another value is asked for after one was refused. */
const MAX_VALUES = 3;

/** What the platform takes; or what a person wants saved although it could not be asked. */
export interface Login {
  readonly wanted: Checked;
  /** Undefined: nothing was checked. */
  readonly check?: Extract<PlatformCheck, { outcome: "accepted" }>;
}

type Failed = Exclude<PlatformCheck, { outcome: "accepted" }>;

/**
 * Asks the platform and, where a person can be asked, them for just what is wrong: what else they have
 * entered is kept.
 *
 * @throws {LoginEnded} that says why it is not accepted
 * @throws {PromptCancelled}
 */
export async function accepted(
  typed: Checked,
  prompts: Prompts,
  askReplace: AskReplace,
  context: CommandContext,
): Promise<Login> {
  const { terminal, profile } = context;
  let wanted = typed;
  for (let left = MAX_VALUES;;) {
    const check = await ask(wanted, context);
    if (check.outcome === "accepted") return { wanted, check };
    const ended = notAccepted(check, wanted, context);
    const isAway = check.outcome === "unreachable" || check.outcome === "not_platform";
    // The same again is no guess.
    if (!terminal.isInteractive || (!isAway && left-- === 0)) throw ended;
    const isLogin = (line: string) => line.trimStart().startsWith(ownCommand("auth login"));
    for (const line of ended.reasons.filter((line) => !isLogin(line))) terminal.note(line);
    const mended = await prompts.during(() => mend(check, wanted, prompts));
    if (mended === "save") return { wanted };
    if (!mended) throw new LoginEnded(`nothing was saved. ${tryAgain(profile)}`, ended.code);
    wanted = { ...wanted, ...mended };
    const { workspaceId, platformUrl } = wanted;
    if (mended.workspaceId !== undefined || mended.platformUrl !== undefined) {
      await prompts.during(() => askReplace(workspaceId, platformUrl));
    }
  }
}

/** What is to be instead; undefined: they give up. */
async function mend(
  { outcome }: Failed,
  wanted: Checked,
  prompts: Prompts,
): Promise<Partial<Checked> | "save" | undefined> {
  switch (outcome) {
    case "refused": {
      const token = await other(prompts, "token", wanted.token, () => askToken(prompts));
      return token === undefined ? undefined : { token };
    }
    case "absent":
    case "removed": {
      const ask = () => askWorkspaceId(prompts);
      const workspaceId = await other(prompts, "workspace id", wanted.workspaceId, ask);
      return workspaceId === undefined ? undefined : { workspaceId };
    }
    case "org_wanted":
      return { orgId: await askOrgId(prompts, wanted) };
    default: {
      // Something that is no platform would get the token from the server.
      const maySave = outcome === "unreachable";
      prompts.note(
        "What you entered is kept. Press Enter alone to try again, or enter another platform URL" +
          (maySave ? `; "save" saves it all without a check.` : "."),
      );
      const answer = await askPlatform(prompts, maySave);
      return answer === "save" ? answer : answer === "again" ? {} : { platformUrl: answer };
    }
  }
}

/** Another value than the refused one; undefined: Enter alone. */
async function other(
  prompts: Prompts,
  what: string,
  refused: string,
  ask: () => Promise<string | undefined>,
): Promise<string | undefined> {
  prompts.note(`Enter another ${what}, or press Enter alone to give up.`);
  while (true) {
    const value = await ask();
    if (value !== refused) return value;
    prompts.note(`That is the ${what} that was refused.`);
  }
}

async function ask(
  { workspaceId: id, platformUrl, orgId, token }: Checked,
  { terminal, read, signal, profile }: CommandContext,
): Promise<PlatformCheck> {
  if (terminal.isInteractive) terminal.note(`Asking ${shownUrl(platformUrl.origin)} ...`);
  const bypassProxy = goesDirectly(platformUrl, read);
  return await checkPlatform(
    { id, platformUrl, orgId, bypassProxy, token },
    { signal, read, profile, again: ownCommand(`auth login${profileFlag(profile)}`) },
  );
}

async function askOrgId(prompts: Prompts, { token }: Checked): Promise<string> {
  const answered = (text: string) => shownValue(text, [token]);
  while (true) {
    const text = await prompts.ask({ label: "Organisation id:", shown: typedId, answered });
    const found = text === token ? { problem: ORG_IS_TOKEN } : orgIdField(text);
    if ("value" in found) return found.value;
    prompts.note(sentence(found.problem));
  }
}
