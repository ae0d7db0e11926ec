import { type Program, SmokeFailure } from "./program.ts";

/** A program whose running timers are counted. */
export interface CountedProgram extends Program {
  /** How many are set and have not fired yet. */
  timers(): Promise<number>;
}

/**
 * Counts the timers of a program under `deno run`, with a module that is loaded before it and writes
 * the number to a file.
 *
 * @param directory where that module and the file are put
 * @returns undefined for an executable, where nothing can be loaded before it
 */
export async function withTimersCounted(
  program: Program,
  directory: string,
): Promise<CountedProgram | undefined> {
  const [subcommand, ...args] = program.args;
  if (subcommand !== "run") return undefined;
  const module = `${directory}/count_timers.js`;
  const file = `${directory}/timers`;
  await Deno.writeTextFile(module, counting(file));
  return {
    ...program,
    args: [subcommand, `--preload=${module}`, ...args],
    timers: async () => {
      const text = await Deno.readTextFile(file);
      if (!/^ *\d+$/.test(text)) throw new SmokeFailure("the timers were not counted");
      return Number(text);
    },
  };
}

function counting(file: string): string {
  return `
    const active = new Set();
    const file = Deno.openSync(${JSON.stringify(file)}, { write: true, create: true });
    // In one write that always has the same length, so that a reader never finds an empty file.
    const write = () => {
      file.seekSync(0, Deno.SeekMode.Start);
      file.writeSync(new TextEncoder().encode(String(active.size).padStart(8)));
    };
    const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
    globalThis.setTimeout = (run, ...rest) => {
      const id = setTimeout((...args) => {
        active.delete(id);
        write();
        run(...args);
      }, ...rest);
      active.add(id);
      write();
      return id;
    };
    globalThis.setInterval = (...args) => {
      const id = setInterval(...args);
      active.add(id);
      write();
      return id;
    };
    globalThis.clearTimeout = globalThis.clearInterval = (id) => {
      clearTimeout(id);
      clearInterval(id);
      if (active.delete(id)) write();
    };
    write();
  `;
}
