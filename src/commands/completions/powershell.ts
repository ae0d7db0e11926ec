import { flagsWithValue, type Place, type Word } from "./places.ts";
import { shellQuote } from "../../lib/shell_quote.ts";

/** Completions for Windows PowerShell 5.1 and PowerShell 7. */
export function powershellCompletions(places: readonly Place[]): string {
  return `Register-ArgumentCompleter -Native -CommandName molecule-mcp, molecule-mcp.exe -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    # By the commands typed so far: what may follow, as pairs of a word and its meaning.
    $words = @{
${places.map((place) => entry(pathOf(place), wordsOf(place))).join("\n")}
    }
    $flags = @{
${places.map((place) => entry(pathOf(place), place.flags)).join("\n")}
    }
    $values = @{
${places.flatMap(valueEntries).join("\n")}
    }
    $takesValue = @(${flagsWithValue(places).map(quoted).join(", ")})
    $place = ''
    $before = ''
    $typed = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
    foreach ($word in $typed) {
        if ($takesValue -notcontains $before -and $word -notlike '-*' -and
            $words.ContainsKey("$place/$word")) {
            $place = "$place/$word"
        }
        $before = $word
    }
    $prefix = ''
    if ($wordToComplete -match '^(--[a-z-]+)=(.*)$') {
        $before = $Matches[1]
        $prefix = "$before="
        $wordToComplete = $Matches[2]
    }
    if ($takesValue -contains $before) { $found = $values["\${place}:$before"] }
    elseif ($wordToComplete -like '-*' -or $words[$place].Count -eq 0) { $found = $flags[$place] }
    else { $found = $words[$place] }
    # Nothing here: PowerShell then offers the names of files.
    foreach ($pair in $found) {
        if ($pair[0].StartsWith($wordToComplete)) {
            [System.Management.Automation.CompletionResult]::new(
                $prefix + $pair[0], $pair[0], 'ParameterValue', $pair[1])
        }
    }
}`;
}

function pathOf({ path }: Place): string {
  return path.map((word) => `/${word}`).join("");
}

function wordsOf({ words, operand }: Place): readonly Word[] {
  return operand ? asWords(operand.choices, operand.name) : words;
}

function valueEntries(place: Place): string[] {
  return place.flags.flatMap(({ word, value }) =>
    value ? [entry(`${pathOf(place)}:${word}`, asWords(value.choices, value.name))] : []
  );
}

function asWords(choices: readonly string[], meaning: string): readonly Word[] {
  return choices.map((word) => ({ word, meaning }));
}

/** Each pair after a comma of its own: PowerShell would take a single one apart. */
function entry(key: string, words: readonly Word[]): string {
  const pairs = words.map(({ word, meaning }) => `,@(${quoted(word)}, ${quoted(meaning)})`);
  return `        ${quoted(key)} = @(${pairs.join("; ")})`;
}

function quoted(text: string): string {
  return shellQuote(text, "windows");
}
