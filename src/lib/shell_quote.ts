/**
 * A text as one word of a command that a person pastes: whoever chose the text, the shell reads it as
 * it is, and runs nothing that stands in it.
 *
 * @param os the system whose shells are meant: PowerShell on Windows; sh, bash, zsh and fish elsewhere
 */
export function shellQuote(text: string, os: typeof Deno.build.os = Deno.build.os): string {
  // PowerShell takes the typographic quotes for the plain one, and two of any for one that is meant.
  if (os === "windows") return `'${text.replace(/['\u2018-\u201b]/g, "$&$&")}'`;
  // Unlike the others, fish reads a backslash between single quotes: it stands outside of them too.
  return `'${text.replace(/['\\]/g, "'\\$&'")}'`;
}

/** The same, without quotes where no shell needs them. */
export function shellWord(text: string, os: typeof Deno.build.os = Deno.build.os): string {
  const plain = os === "windows" ? /^[\w:\\/.+-]+$/ : /^[\w:/.@%+=-]+$/;
  return plain.test(text) ? text : shellQuote(text, os);
}
