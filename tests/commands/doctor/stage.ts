/**
 * A machine on which everything is right, for one cause at a time to be built into it: a state
 * directory, a platform with a workspace that has a peer, and a program that is first on PATH.
 *
 * @module
 */
import { join } from "@std/path";
import {
  type LocalPlatform,
  type LocalPlatformOptions,
  startLocalPlatform,
} from "../../../src/local/start.ts";
import type { ClientEntry, ClientLook } from "../../../src/commands/doctor/clients.ts";
import type { World } from "../../../src/commands/doctor/diagnose.ts";
import type { ProgramLook } from "../../../src/commands/doctor/program.ts";
import type { FoundProgram } from "../../../src/commands/doctor/programs_on_path.ts";
import { Certificates } from "../../e2e/certificates.ts";
import type { SkipReason } from "../../support/test_unless.ts";
import { TestDir } from "../../support/test_dir.ts";

/** What differs from the healthy machine. `undefined` as a variable's value: it is not set. */
export interface Difference {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly world?: Partial<World>;
  /** Run what ships as a process of its own, for what belongs to a whole process. */
  readonly isProcess?: boolean;
  /** Its permissions, unless the usual ones. */
  readonly permissions?: readonly string[];
}

/** One cause, how to build it, and what is to be named first. */
export interface Cause {
  readonly name: string;
  readonly first: string;
  /** Default: 1 or 2 for what fails, 0 for a warning. */
  readonly exitCode: number;
  readonly skip?: SkipReason;
  readonly platform?: LocalPlatformOptions;
  build(stage: Stage): Promise<Difference> | Difference;
}

/** What is wrong on this machine before anybody is asked: 2 in every command. */
const SETTINGS =
  /^settings\.|^token\.(?!refused|organisation|unknown)|^state\.(not_directory|path|foreign)$/;

/** Makes causes whose exit code is the usual one. */
export function fails(
  first: string,
  name: string,
  build: Cause["build"],
  more: Partial<Pick<Cause, "exitCode" | "skip" | "platform">> = {},
): Cause {
  return { name, first, exitCode: SETTINGS.test(first) ? 2 : 1, build, ...more };
}

/** The same for what is only a warning. */
export function warns(
  first: string,
  name: string,
  build: Cause["build"],
  more: Partial<Pick<Cause, "skip" | "platform">> = {},
): Cause {
  return { name, first, exitCode: 0, build, ...more };
}

/** The healthy machine. */
export class Stage implements AsyncDisposable {
  readonly dir: TestDir;
  readonly platform: LocalPlatform;
  readonly id: string;
  readonly token: string;
  readonly stateDir: string;
  readonly #stack: AsyncDisposableStack;
  #certificates: Certificates | undefined;

  private constructor(
    stack: AsyncDisposableStack,
    dir: TestDir,
    platform: LocalPlatform,
    workspace: { id: string; token: string },
  ) {
    this.#stack = stack;
    this.dir = dir;
    this.platform = platform;
    this.id = workspace.id;
    this.token = workspace.token;
    this.stateDir = dir.at("state");
  }

  static async make(options: LocalPlatformOptions = {}): Promise<Stage> {
    const stack = new AsyncDisposableStack();
    const dir = stack.use(await TestDir.make());
    const platform = stack.use(await startLocalPlatform(options));
    const parent = await platform.createWorkspace({ name: "Lead" });
    const workspace = await platform.createWorkspace({ name: "Helper", parentId: parent.id });
    await Deno.mkdir(dir.at("state"), { mode: 0o700 });
    return new Stage(stack, dir, platform, workspace);
  }

  /** What the healthy machine has set. */
  get env(): Record<string, string> {
    return {
      HOME: this.dir.path,
      CONFIGS_DIR: this.stateDir,
      WORKSPACE_ID: this.id,
      PLATFORM_URL: this.platform.url,
      MOLECULE_WORKSPACE_TOKEN: this.token,
    };
  }

  /** Writes a file into the state directory. */
  async writeState(name: string, content: string | Uint8Array, mode = 0o600): Promise<string> {
    return await this.dir.write(join("state", name), content, mode);
  }

  /** A server that answers everything with this, until the stage is gone. */
  serve(
    answer: (request: Request) => Response | Promise<Response>,
    tls?: { cert: string; key: string },
  ): number {
    const { promise: end, resolve } = Promise.withResolvers<void>();
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {}, ...tls },
      (request) => Promise.race([answer(request), end.then(() => new Response())]),
    );
    this.#stack.defer(async () => {
      resolve();
      await server.shutdown();
    });
    return server.addr.port;
  }

  /** An authority of its own. */
  async certificates(): Promise<Certificates> {
    return this.#certificates ??= this.#stack.use(await Certificates.make());
  }

  /** Disposed of with the stage. */
  use<T extends AsyncDisposable | Disposable>(resource: T): T {
    return this.#stack.use(resource);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** Reads the variables of an environment. */
export function reading(env: Readonly<Record<string, string | undefined>>) {
  return (name: string) => env[name];
}

/** A program that is right. */
export function healthyProgram(onPath?: readonly FoundProgram[]): Promise<ProgramLook> {
  const path = "/usr/local/bin/molecule-mcp";
  return Promise.resolve({
    form: "executable",
    path,
    deno: "2.9.6",
    system: "linux x86_64",
    extra: [],
    limited: [],
    denied: [],
    garbled: [],
    onPath: onPath ?? [{ path, kind: "this" }],
  });
}

/** Claude Code with this entry, right unless told otherwise. */
export function withEntry(
  entry: Partial<ClientEntry> = {},
  problems: readonly string[] = [],
): () => Promise<readonly ClientLook[]> {
  const healthy: ClientEntry = {
    name: "molecule",
    scope: "user",
    file: "/home/you/.claude.json",
    pointsTo: "this",
    command: "/usr/local/bin/molecule-mcp",
    variables: [],
    tokenInClear: false,
  };
  return () =>
    Promise.resolve([
      {
        client: { id: "claude-code", name: "Claude Code", after: () => ["restart it"] },
        installed: true,
        entries: [{ ...healthy, ...entry }],
        problems,
      },
    ]);
}
