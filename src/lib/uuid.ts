/** A UUID of any version, in either case; for use inside a longer pattern. */
export const UUID_PATTERN = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
const WHOLE = new RegExp(`^${UUID_PATTERN}$`);

/** Whether the text is a UUID and nothing else. */
export function isUuid(text: string): boolean {
  return WHOLE.test(text);
}
