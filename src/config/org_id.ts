import { isLikeToken, likeTokenFault } from "./like_token.ts";
import { invalid, type Problem } from "./problem.ts";

/** Whether a text can be an organisation's id: whether the header can carry it. */
export function isOrgId(text: string): boolean {
  return /^[\x21-\x7e]{1,128}$/.test(text);
}

/** What is wrong with one that looks like a token: the platform's logs may keep the header. */
export function orgIdFault(text: string): string | undefined {
  if (!isLikeToken(text)) return undefined;
  return `${likeTokenFault(text)} and was not sent. Give the organisation's id, or take it away`;
}

/**
 * The configured organisation's id; one that no header can carry is left out, and noticed, and one
 * that looks like a token is a problem.
 */
export function parseOrgId(
  value: (name: string) => string | undefined,
  notices: string[] = [],
  problems: Problem[] = [],
): string | undefined {
  const name = ["MOLECULE_ORG_ID", "MOLECULE_ORGANIZATION_ID"]
    .find((candidate) => value(candidate) !== undefined);
  const text = name === undefined ? undefined : value(name);
  if (name === undefined || text === undefined) return undefined;
  const fault = orgIdFault(text);
  if (fault === undefined && isOrgId(text)) return text;
  if (fault !== undefined) {
    problems.push(invalid(name, fault));
    return undefined;
  }
  notices.push(
    `Ignoring ${name}: expected 1-128 visible ASCII characters without spaces; ` +
      "the X-Molecule-Org-Id header is not sent",
  );
  return undefined;
}
