import { reasonOf } from "../../lib/system_error.ts";
import { checkClock } from "./clock.ts";
import type { Delivery } from "./delivery.ts";
import { type Area, AREAS, type Finding, findingsOf } from "./finding.ts";
import { checkNetwork } from "../probe/network.ts";
import { checkPlatform } from "./platform.ts";
import type { PlatformProbe } from "../probe/probe_platform.ts";
import type { Setup } from "./setup.ts";
import { checkTokenAnswers, isAccepted } from "../probe/token_answers.ts";
import type { TokenLook } from "./token_shape.ts";
import { checkWorkspace } from "./workspace.ts";

/** Who delivers one workspace's messages here. */
export interface WhoDelivers {
  /** Of several workspaces: which one, as the beginning of a line. */
  readonly whose: string;
  readonly id: string;
  readonly delivery: Delivery;
}

/** What is wrong with the tokens' shape, and what the platform makes of them. */
export function judgeTokens(
  setup: Setup,
  looks: readonly (TokenLook | undefined)[],
  probed: readonly PlatformProbe[],
): Finding[] {
  if (setup.tokens.length === 0) {
    return [findingsOf("token").skip("none", "the settings name no workspace to have one")];
  }
  return looks.flatMap((look, index) => {
    const probe = probed[index];
    const accepted = probe !== undefined && isAccepted(probe);
    // Tokens are opaque: one that the platform takes needs no shape.
    const shape = (look?.findings ?? lateIn("token")).filter(({ cause }) =>
      !(accepted && cause === "token.shape_unusual")
    );
    const whose = whoseOf(setup, probe?.target.id);
    return [...shape, ...probe ? checkTokenAnswers(probe, whose) : []];
  });
}

/** What asking the platforms showed, in the order of the areas. */
export function judgeOnline(
  setup: Setup,
  probed: readonly PlatformProbe[],
  delivered: readonly WhoDelivers[],
  { isOffline, nowMs }: { isOffline: boolean; nowMs: number },
): Finding[] {
  const clock = checkClock(probed, nowMs);
  if (probed.length === 0) {
    const why = isOffline ? "not asked (--offline)" : "the settings name no platform to ask";
    const skipped = (["network", "platform", "workspace"] as const).map((area) =>
      findingsOf(area).skip("skipped", why)
    );
    return inOrder([...skipped, ...clock]);
  }
  const perOrigin = probed.filter(({ target }, index) =>
    probed.findIndex((other) => other.target.url.base === target.url.base) === index
  );
  const found = [
    ...perOrigin.flatMap(checkNetwork),
    ...clock,
    ...perOrigin.flatMap(checkPlatform),
    ...probed.flatMap((probe) => {
      const delivery = delivered.find(({ id }) => id === probe.target.id)?.delivery;
      return named(setup, probe, checkWorkspace(probe, delivery ?? { state: "unknown" }));
    }),
  ];
  const areas = new Set(found.map(({ area }) => area));
  const unreached = (["platform", "workspace"] as const).filter((area) => !areas.has(area))
    .map((area) => findingsOf(area).skip("unreached", "it could not be asked"));
  return inOrder([...found, ...unreached]);
}

function named(setup: Setup, { target }: PlatformProbe, findings: Finding[]): Finding[] {
  const whose = whoseOf(setup, target.id);
  return findings.map((finding) => ({ ...finding, text: whose + finding.text }));
}

/** Of several workspaces: which one it is about. */
export function whoseOf({ isMulti }: Setup, id: string | undefined): string {
  return isMulti && id !== undefined ? `workspace ${id}: ` : "";
}

function inOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => AREAS.indexOf(a.area) - AREAS.indexOf(b.area));
}

/** An area whose check did not end. */
export function lateIn(area: Area): Finding[] {
  const text = "not done in time: a file system does not answer";
  return [findingsOf(area).fail("late", text, "Check network drives, and CONFIGS_DIR")];
}

/** An area whose check came to nothing: Deno forbade it, or there is a fault in this program. */
export function brokenIn(area: Area, error: unknown): Finding[] {
  const { skip, fail } = findingsOf(area);
  if (error instanceof Deno.errors.NotCapable) {
    return [skip("forbidden", "Deno was started without permission to look there")];
  }
  return [fail("unexpected", `it could not be checked: ${reasonOf(error)}`)];
}
