import { ownCommand } from "../../cli/own_command.ts";
import { EXIT } from "../../cli/exit_codes.ts";
import type { PlatformUrl } from "../../config/platform_url.ts";
import { exitCodeOf, type PlatformCheck } from "../probe/check_platform.ts";
import { profileFlag } from "../support/profile_flag.ts";
import { partsOf } from "../support/next_step.ts";
import { PromptCancelled } from "../support/prompt.ts";
import { withShownUrl } from "../support/shown_value.ts";
import type { ReadVariable } from "../../config/environment.ts";
import { inWordsOfLogin } from "./words.ts";
import { lengthHint } from "./fields.ts";

/** Why a login ends without anything saved: the message, for a person, and the exit code. */
export class LoginEnded extends Error {
  override readonly name = "LoginEnded";

  constructor(message: string, readonly code: number = EXIT.configuration) {
    super(message);
  }
}

/** What to do next; the command on a line of its own, to be copied. */
export function tryAgain(profile: string | undefined): string {
  return `To try again:\n  ${ownCommand(`auth login${profileFlag(profile)}`)}`;
}

/** The same, because the platform does not take the token. */
export class NotAccepted extends LoginEnded {
  /**
   * @param reasons without what became of the login
   * @param profile that it was for
   */
  constructor(readonly reasons: readonly string[], code: number, profile: string | undefined) {
    // Where a reason ends with the command, that says it.
    const isSaid = reasons.some((reason) => reason.includes(ownCommand("auth login")));
    const next = isSaid ? "" : ` ${tryAgain(profile)}`;
    super([...reasons, `Nothing was saved.${next}`].join("\n"), code);
  }
}

/** What to tell when the platform does not take the token. @throws {PromptCancelled} */
export function notAccepted(
  check: Exclude<PlatformCheck, { outcome: "accepted" }>,
  { token, orgId, platformUrl }: {
    readonly token: string;
    readonly orgId?: string;
    readonly platformUrl: PlatformUrl;
  },
  { read, profile }: { readonly read: ReadVariable; readonly profile?: string },
): NotAccepted {
  if (check.outcome === "cancelled") throw new PromptCancelled(true);
  // Whoever is told to log in does just that.
  const own: readonly (string | undefined)[] | undefined = {
    refused: [
      lengthHint(token),
      "Check that the token is this workspace's own, or create a new one on the canvas (Tokens tab).",
    ],
    removed: ["Make a new one in the canvas."],
    absent: ["Compare the workspace's id and the platform's address with the canvas."],
    org_wanted: [orgId === undefined ? "Give it with --org-id ID." : undefined],
    not_platform: check.next?.startsWith(ownCommand("")) && !check.next.includes("--platform-url")
      ? ["Compare the platform's address with the canvas."]
      : undefined,
    unreachable: undefined,
  }[check.outcome];
  const next = check.next === undefined ? [] : stepLines(check.next, profile);
  const lines = [
    withShownUrl(inWordsOfLogin(check.message, read), platformUrl.base),
    ...(own ?? next).filter((hint) => hint !== undefined).map((hint) => inWordsOfLogin(hint, read)),
  ];
  return new NotAccepted(lines, exitCodeOf(check), profile);
}

/** Whoever logs in is told at the end how to do that again: here, what comes before it. */
function stepLines(next: string, profile: string | undefined): string[] {
  const { lead, command } = partsOf(next);
  if (command === undefined) return lead === undefined ? [] : [lead];
  if (command === ownCommand(`auth login${profileFlag(profile)}`)) {
    return lead === undefined ? [] : [lead.replace(/,? (?:then|and) run:$/, ".")];
  }
  return [...lead === undefined ? [] : [lead], `  ${command}`];
}
