/**
 * The program's tools, put together as `serve` does it, in this process: with the real settings,
 * token stores, HTTP client and redactor, against a real local platform. Only stdio and the inbox's
 * engine are left out.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import * as z from "zod/mini";
import { createWorkspaces } from "../../src/cli/create_workspaces.ts";
import { parseSettings } from "../../src/config/settings.ts";
import { ToolCalls } from "../../src/mcp/calls/tool_calls.ts";
import { PlatformClient } from "../../src/platform/client/client.ts";
import { isObject, type JsonObject } from "../../src/lib/json.ts";
import { Log } from "../../src/safety/log.ts";
import { loadPolicy } from "../../src/safety/policy_file.ts";
import { OutboundSecrets } from "../../src/safety/secrets/outbound_secrets.ts";
import { SecretRedactor } from "../../src/safety/secrets/secret_redactor.ts";
import { BackgroundDelegations } from "../../src/tools/delegation/background_delegations.ts";
import type { ToolServices } from "../../src/tools/support/context.ts";
import {
  type WorkspaceConnection,
  WorkspaceRouter,
} from "../../src/tools/support/workspace_router.ts";
import { TOOLS } from "../../src/tools/tools.ts";
import { TIMING, type Timing } from "../../src/tools/support/timing.ts";
import { TestInbox } from "./test_inbox.ts";

/** A call's result, unpacked. */
export interface Result {
  readonly text: string;
  readonly structured: JsonObject | undefined;
  readonly isError: boolean;
}

/** How a call is made. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly progress?: (message: string) => void;
}

/** What the agent's process is given besides its environment. */
export interface AgentOptions {
  readonly timing?: Partial<Timing>;
  /** Content of config.yaml. */
  readonly policy?: string;
}

/** The tool side of a program that runs with this environment. */
export class Agent implements AsyncDisposable {
  readonly services: ToolServices & { readonly inbox: TestInbox };
  /** What went to stderr. */
  readonly lines: string[];
  readonly stateDir: string;
  readonly #calls: ToolCalls;
  readonly #secrets: readonly string[];

  private constructor(
    parts: { calls: ToolCalls; secrets: readonly string[]; stateDir: string; lines: string[] },
    services: ToolServices & { readonly inbox: TestInbox },
  ) {
    this.#calls = parts.calls;
    this.#secrets = parts.secrets;
    this.stateDir = parts.stateDir;
    this.lines = parts.lines;
    this.services = services;
  }

  get router(): WorkspaceRouter {
    return this.services.router;
  }

  get inbox(): TestInbox {
    return this.services.inbox;
  }

  /** @param env the variables; a state directory of its own is added */
  static async start(env: Record<string, string>, options: AgentOptions = {}): Promise<Agent> {
    const stateDir = await Deno.makeTempDir({ prefix: "molecule-tools-" });
    if (options.policy !== undefined) {
      await Deno.writeTextFile(join(stateDir, "config.yaml"), options.policy);
    }
    const all: Record<string, string> = {
      CONFIGS_DIR: stateDir,
      WORKSPACE_CONFIG_PATH: stateDir,
      TEMP: dirname(stateDir),
      ...env,
    };
    const parsed = await parseSettings((name) => all[name]);
    if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
    const { settings } = parsed;

    const redactor = new SecretRedactor(settings.workspaces.map(({ id }) => id));
    const lines: string[] = [];
    const log = new Log({ write: (line) => lines.push(line), redactor, verbose: true });
    for (const { inlineToken } of settings.workspaces) redactor.add(inlineToken);
    const registry = createWorkspaces(settings, (line) => log.problem(line));
    const outbound = new OutboundSecrets(redactor, () => registry.secrets());
    const [first, ...others] = registry.list()
      .map((workspace): WorkspaceConnection => ({
        workspace,
        client: new PlatformClient(workspace, {
          onToken: (token) => redactor.add(token),
          outbound,
        }),
      }));
    assert(first);
    const services = {
      settings,
      router: new WorkspaceRouter([first, ...others]),
      policy: await loadPolicy(
        settings.policyDir,
        (line) => log.problem(line),
        settings.fallbackTier,
      ),
      inbox: new TestInbox(),
      background: new BackgroundDelegations(),
      log,
    };
    const calls = new ToolCalls(TOOLS, services, redactor, { ...TIMING, ...options.timing });
    const secrets = settings.workspaces.flatMap(({ inlineToken }) => inlineToken ?? []);
    return new Agent({ calls, secrets, stateDir, lines }, services);
  }

  /**
   * Calls a tool, and checks what must hold for every result: one text, structured content that
   * fits the tool's output schema and is there on success, and no token anywhere.
   */
  async call(name: string, args: JsonObject = {}, options: CallOptions = {}): Promise<Result> {
    const raw = await this.#calls.call({
      name,
      arguments: args,
      signal: options.signal ?? new AbortController().signal,
      ...(options.progress && { progress: options.progress }),
    });
    const json = JSON.stringify(raw);
    this.assertNoSecret(json);
    // As a client gets it: what is undefined is not there.
    return unpack(name, JSON.parse(json));
  }

  /** As `call`, for a call that must succeed. */
  async ok(name: string, args: JsonObject = {}, options?: CallOptions): Promise<Result> {
    const result = await this.call(name, args, options);
    if (result.isError) throw new Error(`${name}: ${result.text}`);
    return result;
  }

  /** As `call`, for a call that must fail; returns the text. */
  async error(name: string, args: JsonObject = {}, options?: CallOptions): Promise<string> {
    const { isError, text } = await this.call(name, args, options);
    assert(isError, `${name} is expected to fail, got ${text}`);
    return text;
  }

  /** Fails, without showing the token, when the text holds one or the recognisable start of it. */
  assertNoSecret(text: string): void {
    assert(!this.#secrets.some((secret) => text.includes(secret.slice(0, 16))), "A token shows");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.services.background.idle();
    this.assertNoSecret(this.lines.join("\n"));
    await Deno.remove(this.stateDir, { recursive: true });
  }
}

function unpack(name: string, raw: Record<string, unknown>): Result {
  const { content, structuredContent: structured, isError = false } = raw;
  assert(Array.isArray(content) && content.length === 1, "one part of content");
  const { type, text } = content[0];
  assertEquals(type, "text");
  assert(typeof text === "string" && text !== "", "a text that says something");
  assert(structured === undefined || isObject(structured));
  assert(isError || structured, `structured content of ${name}`);
  const tool = TOOLS.find((candidate) => candidate.name === name);
  if (structured && tool) {
    const { error } = z.safeParse(tool.output, structured);
    assertEquals(error?.issues, undefined, `structured content of ${name}`);
  }
  return { text, structured, isError: isError === true };
}

/** The environment of an agent with one workspace. */
export function environment(
  platform: { url: string },
  workspace: { id: string; token: string },
): Record<string, string> {
  return {
    WORKSPACE_ID: workspace.id,
    PLATFORM_URL: platform.url,
    MOLECULE_WORKSPACE_TOKEN: workspace.token,
  };
}
