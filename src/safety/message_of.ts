/** What an error says, for a line that names it; anything thrown has some text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
