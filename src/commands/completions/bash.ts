import { flagsWithValue, type Place, type Value } from "./places.ts";

/** Completions for bash, from 3.2 on, which macOS has: no `mapfile`, no associative arrays. */
export function bashCompletions(places: readonly Place[]): string {
  return `_molecule_mcp() {
  local IFS=$' \\t\\n' cur=\${COMP_WORDS[COMP_CWORD]} prev='' place='' prefix='' words='' word i
  COMPREPLY=()
  [ "$COMP_CWORD" -gt 1 ] && prev=\${COMP_WORDS[COMP_CWORD - 1]}
  # Readline splits --flag=value in three, unless COMP_WORDBREAKS was changed.
  if [ "$cur" = '=' ]; then
    cur=''
  elif [ "$prev" = '=' ]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $cur in
    --*=*) prev=\${cur%%=*} prefix=$prev= cur=\${cur#*=} ;;
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
      ${flagsWithValue(places).join(" | ")})
        i=$((i + 1))
        [ "\${COMP_WORDS[i]:-}" = '=' ] && i=$((i + 1))
        ;;
      -* | '=') ;;
      *)
        case $place/$word in
          ${commandPaths(places).join(" | ")}) place=$place/$word ;;
        esac
        ;;
    esac
  done
  case $place:$prev in
${places.flatMap(valueCases).join("\n")}
    *)
      case $place in
${places.map(placeCase).join("\n")}
      esac
      ;;
  esac
  [ "$words" = FILES ] && { compopt -o default 2>/dev/null; return; }
  COMPREPLY=($(compgen -P "$prefix" -W "$words" -- "$cur"))
}
complete -F _molecule_mcp molecule-mcp molecule-mcp.exe`;
}

function commandPaths(places: readonly Place[]): string[] {
  return places.filter(({ path }) => path.length > 0).map(pathOf);
}

function pathOf({ path }: Place): string {
  return path.map((word) => `/${word}`).join("");
}

function valueCases(place: Place): string[] {
  return place.flags.flatMap(({ word, value }) =>
    value ? [`    ${pathOf(place)}:${word}) words='${wordsOf(value)}' ;;`] : []
  );
}

function placeCase(place: Place): string {
  const flags = place.flags.map(({ word }) => word).join(" ");
  const others = place.operand
    ? wordsOf(place.operand)
    : place.words.map(({ word }) => word).join(" ");
  const path = pathOf(place) || "''";
  return others === ""
    ? `        ${path}) words='${flags}' ;;`
    : `        ${path})\n          case $cur in -*) words='${flags}' ;; *) words='${others}' ;; esac\n          ;;`;
}

function wordsOf({ choices, isFile }: Value): string {
  return isFile ? "FILES" : choices.join(" ");
}
