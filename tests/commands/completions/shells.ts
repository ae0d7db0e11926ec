import { join } from "@std/path";
import { lacking, type SkipReason } from "../../support/test_unless.ts";
import { TestDir } from "../../support/test_dir.ts";

/** A shell that completes a line with a script of ours. */
export interface CompletingShell {
  readonly name: "bash" | "zsh" | "fish";
  readonly skipped: SkipReason;
  /** The words offered at the end of the line, sorted. */
  complete(script: string, line: string): Promise<readonly string[]>;
}

/** Bash is asked in the way of readline: with the line taken apart at blanks and "=". */
const bash: CompletingShell = {
  name: "bash",
  skipped: await without("bash"),
  complete: async (script, line) => {
    const words = line.split(/ +|(=)/).filter((word) => word !== undefined);
    const shown = words.filter((word, at) => word !== "" || at === words.length - 1);
    if (line.endsWith("=")) shown.pop();
    return await run("bash", ["--norc", "--noprofile", "-u"], {
      "script": script,
      "main": `source "$1"
COMP_WORDS=(${shown.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${shown.length - 1}
_molecule_mcp
[ \${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "\${COMPREPLY[@]}"`,
    });
  },
};

/** Zsh only completes in its line editor: one runs in a terminal of its own and tells what it adds. */
const zsh: CompletingShell = {
  name: "zsh",
  skipped: await without("zsh"),
  complete: async (script, line) =>
    await run("zsh", ["-f"], {
      "script": script,
      "capture": `compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits
  builtin compadd -A hits "$@"
  (( $#hits )) && print -rl -- "" "MATCH:"$^hits
  builtin compadd "$@"
}
_end() { print -r -- ""; print END; exit }
comppostfuncs=(_end)`,
      "main": `zmodload zsh/zpty
zpty child zsh -f -i
zpty -w child "PS1= RPS1=; unsetopt zle_bracketed_paste prompt_cr prompt_sp; stty -echo"
zpty -w child "autoload -U compinit; compinit -D -u; source $2; source $1; print -r -- RE''ADY"
while zpty -r child text; do [[ $text == *READY* ]] && break; done
zpty -w -n child ${quoted(line)}$'\\t'
while zpty -r child text; do
  [[ $text == *END* ]] && break
  [[ $text == *MATCH:* ]] && print -r -- "\${\${text##*MATCH:}%%$'\\r'*}"
done
zpty -d child`,
    }),
};

const fish: CompletingShell = {
  name: "fish",
  skipped: await without("fish"),
  complete: async (script, line) => {
    const found = await run("fish", ["--no-config"], {
      "script": script,
      "main": `source $argv[1]; complete -C ${quoted(line)}`,
    });
    return found.map((offered) => offered.split("\t")[0] ?? "");
  },
};

/** All that have a test. */
export const SHELLS: readonly CompletingShell[] = [bash, zsh, fish];

/** Runs the text `main` with the other files as its arguments. */
async function run(
  command: string,
  flags: readonly string[],
  { main, ...files }: { main: string } & Record<string, string>,
): Promise<readonly string[]> {
  await using directory = await TestDir.make();
  const paths: string[] = [];
  for (const [name, text] of Object.entries({ main, ...files })) {
    const path = join(directory.path, name);
    await Deno.writeTextFile(path, text);
    paths.push(path);
  }
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...flags, ...paths],
    env: { HOME: directory.path, XDG_CONFIG_HOME: directory.path, XDG_DATA_HOME: directory.path },
    cwd: directory.path,
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stderr);
  if (code !== 0 || said !== "") throw new Error(`${command} ended with ${code}: ${said}`);
  return new TextDecoder().decode(stdout).split("\n").filter((word) => word !== "").sort();
}

async function without(command: string): Promise<SkipReason> {
  try {
    await new Deno.Command(command, { args: ["-c", "exit 0"], stdout: "null" }).output();
    return undefined;
  } catch {
    return lacking(command, false);
  }
}

function quoted(text: string): string {
  return `'${text}'`;
}
