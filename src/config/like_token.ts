/** No id is as long, but for words with hyphens between. */
const LIKE_A_TOKEN = /^(?![a-z0-9]{1,19}(?:-[a-z0-9]{1,19})+$)[\w+/=-]{40,}$/;
/** As the platform makes them (src/platform/API.md, "Tokens"): in prose, anything else may be meant. */
const ISSUED = /(?<![\w-])(?=[^A-Z]*[A-Z])(?=\D*\d)(?=[^a-z]*[a-z])[\w-]{43}(?![\w-])/;

/** Whether a value that is no secret looks like the token: people paste it into the wrong place. */
export function isLikeToken(text: string): boolean {
  return LIKE_A_TOKEN.test(text);
}

/** Whether there is a token in a text that a person wrote. */
export function holdsToken(text: string): boolean {
  return ISSUED.test(text);
}

/** What is wrong with such a value: a clause that does not show it. */
export function likeTokenFault(text: string): string {
  return `it looks like a token (${text.length} characters, not shown)`;
}
