import type { CompletedFlag, Place, Value, Word } from "./places.ts";

/** Completions for zsh: one function a place, for compsys' `_arguments`. */
export function zshCompletions(places: readonly Place[]): string {
  return `#compdef molecule-mcp molecule-mcp.exe
${places.map((place) => placeFunction(place, places)).reverse().join("\n")}
# As a file of $fpath this is the function's body; from ~/.zshrc, after compinit, it registers it.
if [[ $funcstack[1] == _molecule-mcp ]]; then
  _molecule-mcp "$@"
elif (( $+functions[compdef] )); then
  compdef _molecule-mcp molecule-mcp molecule-mcp.exe
fi`;
}

function placeFunction(place: Place, places: readonly Place[]): string {
  return place.words.length > 0 ? wordsFunction(place, places) : commandFunction(place);
}

function commandFunction(place: Place): string {
  const { operand } = place;
  const specs = [
    ...place.flags.map(flagSpec),
    ...(operand ? [`${operand.isRepeatable ? "*" : "1"}:${valueSpec(operand)}`] : []),
  ];
  return `${functionName(place.path)}() {
  _arguments \\
${specs.map((spec) => `    ${quoted(spec)}`).join(" \\\n")}
}`;
}

function wordsFunction(place: Place, places: readonly Place[]): string {
  const leads = (path: readonly string[]) =>
    path.length === place.path.length + 1 && place.path.every((word, at) => path[at] === word);
  const nexts = places.map(({ path }) => path).filter(leads);
  const specs = [...place.flags.map(flagSpec), "1: :->word", "*:: :->rest"];
  return `${functionName(place.path)}() {
  local curcontext=$curcontext context state state_descr line ret=1
  local -A opt_args
  local -a choices
  _arguments -C \\
${specs.map((spec) => `    ${quoted(spec)}`).join(" \\\n")} && ret=0
  case $state in
    word)
      choices=(
${place.words.map((word) => `        ${quoted(described(word))}`).join("\n")}
      )
      _describe -t commands command choices && ret=0
      ;;
    rest)
      case $line[1] in
${nexts.map((path) => `        ${path.at(-1)}) ${functionName(path)} && ret=0 ;;`).join("\n")}
      esac
      ;;
  esac
  return ret
}`;
}

function functionName(path: readonly string[]): string {
  return ["_molecule-mcp", ...path].join("-");
}

function described({ word, meaning }: Word): string {
  return `${word}:${meaning}`;
}

function flagSpec({ word, meaning, value, isRepeatable }: CompletedFlag): string {
  const text = `[${meaning.replace(/[\\[\]:]/g, "\\$&")}]`;
  // Nothing else makes sense beside these.
  if (word === "--help" || word === "--version") return `(- *)${word}${text}`;
  const flag = `${isRepeatable ? "*" : ""}${word}`;
  return value ? `${flag}=${text}:${valueSpec(value)}` : `${flag}${text}`;
}

function valueSpec({ name, choices, isFile }: Value): string {
  const action = isFile ? "_files" : choices.length > 0 ? `(${choices.join(" ")})` : " ";
  return `${name.replace(/[\\:]/g, "\\$&")}:${action}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
