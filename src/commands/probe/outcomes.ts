/**
 * What asking a platform can come to, and what that means for every command that asks: the one table
 * of marks and exit codes. The words, and what to do, are with what finds a cause: network.ts,
 * connection_failure.ts, redirect.ts, record.ts, token_answers.ts.
 *
 * An exit code says who can mend it: 3, whoever can log in anew; 1, the network, the platform, or
 * whoever knows its address. What is wrong with the settings is 2, and is told before anybody is
 * asked. `status` asks nobody, and `install` does what it is for whatever the platform says: both end
 * with 0, and say it.
 *
 * @module
 */
import { EXIT } from "../../cli/exit_codes.ts";
import type { Mark } from "../support/terminal.ts";

interface Meaning {
  readonly mark: Mark;
  readonly exitCode: number;
}

const REFUSED: Meaning = { mark: "fail", exitCode: EXIT.refused };
const FAILED: Meaning = { mark: "fail", exitCode: EXIT.failed };

/** Outcomes, as `auth status --json` names them. */
export const OUTCOMES = {
  accepted: { mark: "ok", exitCode: EXIT.ok },
  /** The platform does not take the token. */
  refused: REFUSED,
  /** The workspace was removed, and its tokens with it. */
  removed: REFUSED,
  /** The platform has no workspace of this id, or it is no id at all: no token is taken for it. */
  absent: REFUSED,
  /** A hosted platform wants an organisation id, or another one. */
  org_wanted: FAILED,
  /** Something answered that is not a platform: a web page, a redirect. */
  not_platform: FAILED,
  /** No answer, or none that says anything: the network, an outage, too many requests. */
  unreachable: FAILED,
  /** The signal fired. */
  cancelled: FAILED,
} as const satisfies Record<string, Meaning>;

/** One of the outcomes. */
export type Outcome = keyof typeof OUTCOMES;

/** What keeps a platform from taking a token, as findings name it, and which outcome that is. */
const CAUSES = {
  "network.permission": "unreachable",
  "network.proxy_down": "unreachable",
  "network.proxy_login": "unreachable",
  "network.proxy_refuses": "unreachable",
  "network.machine": "unreachable",
  "network.certificate_setting": "unreachable",
  "network.tls_unknown_issuer": "unreachable",
  "network.tls_name": "unreachable",
  "network.tls_expired": "unreachable",
  "network.tls_not_yet_valid": "unreachable",
  "network.tls_other": "unreachable",
  "network.needs_http": "unreachable",
  "network.needs_https": "unreachable",
  "network.port_blocked": "unreachable",
  "network.dns": "unreachable",
  "network.refused": "unreachable",
  "network.unreachable": "unreachable",
  "network.hangs": "unreachable",
  "network.no_connection": "unreachable",
  "network.broken": "unreachable",
  "network.rate_limited": "unreachable",
  "network.gateway": "unreachable",
  "network.portal": "unreachable",
  "network.organisation_missing": "org_wanted",
  "network.organisation_wrong": "org_wanted",
  "network.gateway_login": "not_platform",
  "network.blocked": "not_platform",
  "network.origin": "not_platform",
  "network.redirect": "not_platform",
  "network.path": "not_platform",
  "network.not_platform": "not_platform",
  "platform.rate_limited": "unreachable",
  "platform.database_away": "unreachable",
  "platform.trouble": "unreachable",
  "platform.unexpected": "not_platform",
  "workspace.no_id": "absent",
  "workspace.absent": "absent",
  "workspace.removed": "removed",
  "token.refused": "refused",
  "token.organisation": "refused",
  "token.unknown": "unreachable",
} as const satisfies Record<string, Outcome>;

/** A cause in the table. */
export type ProbeCause = keyof typeof CAUSES;

/** @returns undefined for a cause that no platform has to do with */
export function outcomeOf(cause: string): Outcome | undefined {
  return isProbeCause(cause) ? CAUSES[cause] : undefined;
}

/** What most needs a person: a token, then the settings, then what may pass by itself. */
export function worstOf(codes: readonly number[]): number {
  return [EXIT.refused, EXIT.configuration, EXIT.failed].find((code) => codes.includes(code)) ??
    EXIT.ok;
}

function isProbeCause(cause: string): cause is ProbeCause {
  return Object.hasOwn(CAUSES, cause);
}
