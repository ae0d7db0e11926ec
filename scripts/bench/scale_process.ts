import { fromFileUrl } from "@std/path";
import { field } from "../../src/lib/json.ts";
import { sleep } from "../../src/lib/sleep.ts";
import { LineProcess } from "../line_process.ts";
import { cacheEnvironment } from "./child.ts";

/** Who a workspace is. */
export interface Workspace {
  readonly id: string;
  readonly token: string;
}

/** A second of the platform. */
export interface Second {
  readonly requests: Readonly<Record<string, number>>;
  readonly alive: number;
}

/** The platform of `scale_platform.ts` in a process of its own. */
export class PlatformProcess implements AsyncDisposable {
  readonly #process: LineProcess;
  readonly #seconds: Second[] = [];
  readonly #told = new Set<() => void>();
  workspaces: readonly Workspace[] = [];
  url = "";
  refused = 0;

  private constructor(count: number) {
    this.#process = new LineProcess({
      name: "the platform",
      command: Deno.execPath(),
      args: [
        "run",
        "-A",
        ...Deno.args.filter((arg) => arg.startsWith("--deno=")).map((arg) => arg.slice(7)),
        fromFileUrl(new URL("scale_platform.ts", import.meta.url)),
        String(count),
      ],
    }, {
      env: cacheEnvironment(),
      cwd: Deno.cwd(),
      onLine: (line) => this.#hear(JSON.parse(line)),
    });
  }

  static async start(count: number): Promise<PlatformProcess> {
    const platform = new PlatformProcess(count);
    while (platform.url === "") await sleep(100);
    return platform;
  }

  #hear(said: { [key: string]: unknown }): void {
    if (typeof said.platformUrl === "string") {
      this.workspaces = said.workspaces as Workspace[];
      this.url = said.platformUrl;
    } else if (field(said, "requests") !== undefined) this.#seconds.push(said as unknown as Second);
    else this.refused += 1;
    for (const listener of this.#told) listener();
  }

  async tell(line: string): Promise<void> {
    await this.#process.write(new TextEncoder().encode(`${line}\n`));
  }

  /** The seconds until one of them holds. @throws when that takes too long */
  async until(holds: (second: Second) => boolean, patienceSecs: number): Promise<Second[]> {
    const first = this.#seconds.length;
    for (let tries = 0; tries < patienceSecs * 10; tries++) {
      const seconds = this.#seconds.slice(first);
      if (seconds.some(holds)) return seconds;
      await sleep(100);
    }
    throw new Error(
      `not within ${patienceSecs} s; at last ${JSON.stringify(this.#seconds.at(-1))}`,
    );
  }

  /** The seconds that passed while something was done. */
  async during(work: () => Promise<void>): Promise<Second[]> {
    const first = this.#seconds.length;
    await work();
    return this.#seconds.slice(first);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}
