import { type CompletedFlag, flagsWithValue, type Place, type Value, type Word } from "./places.ts";

/** Completions for fish, from 3.0 on. */
export function fishCompletions(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path.length > 0).map(pathOf);
  return `# The commands that were typed before the cursor, without flags and their values.
function __molecule_mcp_place
    set -l words (commandline -opc)
    set -e words[1]
    set -l place ''
    set -l is_value no
    for word in $words
        if test $is_value = yes
            set is_value no
            continue
        end
        switch $word
            case ${flagsWithValue(places).join(" ")}
                set is_value yes
            case '-*'
            case '*'
                if contains -- "$place/$word" ${paths.join(" ")}
                    set place "$place/$word"
                end
        end
    end
    echo $place
end
function __molecule_mcp_at
    test (__molecule_mcp_place) = "$argv[1]"
end
complete -c molecule-mcp -e
complete -c molecule-mcp -f
${places.flatMap(linesOf).join("\n")}`;
}

function pathOf({ path }: Place): string {
  return path.map((word) => `/${word}`).join("");
}

function linesOf(place: Place): string[] {
  const at = `complete -c molecule-mcp -n ${quoted(`__molecule_mcp_at '${pathOf(place)}'`)}`;
  const { operand } = place;
  return [
    ...place.words.map((word) => `${at} ${wordArguments(word)}`),
    ...(operand ? [`${at} ${operandArguments(operand)}`] : []),
    ...place.flags.map((flag) => `${at} ${flagArguments(flag)}`),
  ];
}

function wordArguments({ word, meaning }: Word): string {
  return `-a ${quoted(word)} -d ${quoted(meaning)}`;
}

function operandArguments(operand: Value): string {
  return operand.isFile ? "-F" : `-a ${quoted(operand.choices.join(" "))}`;
}

function flagArguments({ word, meaning, value }: CompletedFlag): string {
  const flag = `-l ${word.slice(2)} -d ${quoted(meaning)}`;
  if (!value) return flag;
  return value.isFile ? `${flag} -r -F` : `${flag} -x -a ${quoted(value.choices.join(" "))}`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
