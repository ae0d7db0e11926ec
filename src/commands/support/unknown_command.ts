import { COMMANDS } from "../../cli/command_table.ts";
import { holdsToken, isLikeToken } from "../../config/like_token.ts";
import { meantCommand } from "./did_you_mean.ts";

/** What may be repeated: a secret does not look like that. */
const WORD = /^[a-z][a-z-]{0,20}$/;
const TOKEN_WARNING = "A token never belongs on the command line.";

/** What is wrong with words that name no command; it repeats only what cannot be a token. */
export function unknownCommand(words: readonly string[]): string {
  const fault = faultOf(words);
  return words.some(mayBeToken) ? `${fault}\n${TOKEN_WARNING}` : fault;
}

function faultOf(words: readonly string[]): string {
  const [first = "", second] = words;
  const names = COMMANDS.map(({ name }) => name);
  const group = names.filter((name) => name.startsWith(`${first} `));
  const near = meantCommand(words, names);
  const meant = near === undefined ? "" : `; did you mean ${near}?`;
  if (group.length > 0) {
    const expected = `expected one of: ${group.join(", ")}`;
    if (second === undefined) return expected;
    return `unknown command${
      WORD.test(second) ? ` "${first} ${second}"` : ""
    }; ${expected}${meant}`;
  }
  if (first === "--version" || first === "-V" || first === "version") {
    return "--version stands alone";
  }
  const [flag = ""] = first.split("=");
  if (flag === "--profile" || flag === "--local") return `${flag} stands alone, or after a command`;
  const isFlag = first.startsWith("-");
  const word = isFlag ? flag.replace(/^--?/, "") : first;
  const quoted = isFlag ? ` ${flag}` : ` "${first}"`;
  return `unknown ${isFlag ? "flag" : "command"}${WORD.test(word) ? quoted : ""}${meant}`;
}

/** Also as a flag's value: `--token=...`. */
function mayBeToken(word: string): boolean {
  return [word, ...word.split("=")].some((part) => isLikeToken(part) || holdsToken(part));
}
