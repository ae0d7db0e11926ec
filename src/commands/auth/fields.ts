import { placeholderIn } from "../../config/placeholder.ts";
import { parsePlatformUrl, type PlatformUrl } from "../../config/platform_url.ts";
import { quoteValue } from "../../config/quote_value.ts";
import { bareToken, tokenProblem } from "../../config/token_text.ts";
import { readTypedUrl } from "./typed_url.ts";
import { holdsToken, isLikeToken, likeTokenFault } from "../../config/like_token.ts";
import { isWorkspaceId } from "../../config/workspace_id.ts";
import { isUuid } from "../../lib/uuid.ts";
import { isOrgId, orgIdFault } from "../../config/org_id.ts";

/** A value that can be used, or why it cannot: a clause without a full stop and without a secret. */
export type Field<T> = { readonly value: T } | { readonly problem: string };

/** What an id looks like. */
const EXAMPLE_ID = "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101";
/** As the platform makes them (src/platform/API.md, "Tokens"). */
const TOKEN_LENGTH = 43;
const BASE64URL = /^[A-Za-z0-9_-]+$/;
/** What a platform's header must never carry, for it may be written down there. */
export const ORG_IS_TOKEN = "it looks like a token; it was not sent. Give the organisation's id";
const MAX_AGENT_NAME = 200;

/** A workspace's id; a UUID in upper case is the same as in lower case. */
export function workspaceIdField(text: string): Field<string> {
  return checked<string>(text, (id) => {
    if (isUuid(id)) return { value: id.toLowerCase() };
    const got = isLikeToken(id)
      ? likeTokenFault(id).replace("it looks", "this looks")
      : `got ${quoteValue(id)}`;
    const named = isWorkspaceId(id) && !isLikeToken(id) ? ", perhaps its name" : "";
    return {
      problem: `expected a workspace's id, a UUID such as ${EXAMPLE_ID}, ${got}${named}. The ` +
        "canvas shows it in the workspace's connection",
    };
  });
}

/** The platform's address. */
export function platformUrlField(text: string): Field<PlatformUrl> {
  return checked<PlatformUrl>(text, (url) => {
    const found = parsePlatformUrl(readTypedUrl(url).url);
    return "problem" in found ? found : { value: found };
  });
}

/** A hosted platform's organisation. */
export function orgIdField(text: string): Field<string> {
  return checked<string>(
    text,
    (id) => {
      const problem = orgIdFault(id);
      if (problem !== undefined) return { problem };
      return isOrgId(id)
        ? { value: id }
        : { problem: "expected 1-128 visible ASCII characters without spaces" };
    },
  );
}

/** The name on the agent card. */
export function agentNameField(text: string): Field<string> {
  const name = text.trim();
  if (holdsToken(name)) {
    return { problem: "there is a token in it (not shown); all peers would see it" };
  }
  return name !== "" && [...name].length <= MAX_AGENT_NAME && !/\p{Cc}/u.test(name)
    ? { value: name }
    : { problem: `expected one line of 1-${MAX_AGENT_NAME} characters` };
}

/** A token without what people copy along with it: quotes, `NAME=`, `Authorization: Bearer`. */
export function tokenField(text: string): Field<string> {
  const bare = bareToken(bareToken(text).replace(/^(?:Authorization:\s*)?Bearer\s+/i, ""));
  const placeholder = placeholderIn(bare);
  if (placeholder !== undefined) return stillHolds(placeholder);
  const problem = tokenProblem(bare);
  return problem === undefined ? { value: bare } : { problem };
}

/** What a refused token's length says, as a sentence; undefined when it is as usual. */
export function lengthHint(token: string): string | undefined {
  const { length } = token;
  const isOdd = !BASE64URL.test(token);
  if (length === TOKEN_LENGTH && !isOdd) return undefined;
  const has = `It has ${length} characters; the platform's own have ${TOKEN_LENGTH}`;
  if (length < TOKEN_LENGTH) return `${has}: the end may be missing. Copy it again.`;
  if (length > TOKEN_LENGTH) return `${has}: something may be copied along with it. Copy it again.`;
  return `${has}, all of them letters, digits, "-" and "_": one of these is something else.`;
}

function checked<T>(text: string, check: (trimmed: string) => Field<T>): Field<T> {
  const trimmed = text.trim();
  const placeholder = placeholderIn(trimmed);
  return placeholder === undefined ? check(trimmed) : stillHolds(placeholder);
}

function stillHolds(placeholder: string): { readonly problem: string } {
  return { problem: `it still holds the placeholder ${placeholder}: give the value itself` };
}
