import { errorText } from "../../lib/error_text.ts";
import { reasonOf, systemReason } from "../../lib/system_error.ts";
import { PlatformError } from "../../platform/errors/platform_error.ts";
import { allowed, denialText } from "../../safety/roles.ts";
import type { Redactor } from "../../safety/log.ts";
import { redactJson } from "../../safety/secrets/redact_json.ts";
import type { ToolServices } from "../../tools/support/context.ts";
import type { Tool, ToolResult } from "../../tools/support/define_tool.ts";
import { CallCancelledError, ToolInputError } from "../../tools/support/errors.ts";
import { TIMING, type Timing } from "../../tools/support/timing.ts";
import { CallLimitError, withinLimit } from "./call_limit.ts";
import { RPC_ERROR, RpcError } from "../json_rpc.ts";
import type { CallToolResult } from "../sdk.ts";
import type { ToolCall } from "./tool_provider.ts";

/** Can tell this program's own secrets from text that merely looks like a secret. */
interface KnownRedactor extends Redactor {
  redactKnown(text: string): string;
}

const MASKED =
  "Note: the arguments contained a secret of this workspace; it was not sent but replaced by [redacted].";

/**
 * Runs tool calls: checks permission and arguments, runs the tool, and turns whatever goes wrong
 * into a result that the agent can act on. It distinguishes four kinds of failure: the agent's
 * input and the platform (reported to the agent only), this machine and a fault of this program
 * (reported and logged).
 */
export class ToolCalls {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #services: ToolServices;
  readonly #redactor: KnownRedactor;
  readonly #timing: Timing;

  constructor(
    tools: readonly Tool[],
    services: ToolServices,
    redactor: KnownRedactor,
    timing: Timing = TIMING,
  ) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#services = services;
    this.#redactor = redactor;
    this.#timing = timing;
  }

  /** @throws {RpcError} when there is no such tool */
  async call(call: ToolCall): Promise<CallToolResult> {
    const tool = this.#tools.get(call.name);
    if (!tool) {
      throw new RpcError(
        RPC_ERROR.invalidParams,
        `Unknown tool: ${this.#redactor.redact(call.name)}`,
      );
    }
    return this.#redacted(await this.#run(tool, call));
  }

  async #run(tool: Tool, call: ToolCall): Promise<Partial<ToolResult> & { text: string }> {
    const calledAtMs = performance.now();
    const { policy, log } = this.#services;
    if (tool.permission !== undefined && !allowed(tool.permission, policy)) {
      return { text: denialText(tool.permission, policy.roles), isError: true };
    }
    const progress = call.progress && this.#whileOpen(tool.name, call.progress);
    const timing = this.#timing;
    const limitMs = progress ? timing.limitWithProgressMs : timing.limitMs;
    try {
      const result = await withinLimit(
        limitMs,
        call.signal,
        async (signal) =>
          await tool.run(call.arguments, {
            ...this.#services,
            timing,
            calledAtMs,
            signal,
            ...(progress && { progress: progress.report }),
          }),
      );
      return this.#noted(result, call.arguments);
    } catch (error) {
      if (error instanceof CallLimitError) {
        return { text: lateText(tool, error.limitMs), isError: true };
      }
      if (error instanceof ToolInputError || error instanceof CallCancelledError) {
        return { text: error.message, isError: true };
      }
      if (error instanceof PlatformError) {
        const text = `Error: ${tool.name} failed: ${error.message}`;
        return this.#noted({ text, isError: true }, call.arguments);
      }
      const message = errorText(error);
      if (systemReason(error) !== undefined) {
        // A problem of this machine, which cannot be fixed in this program.
        const line = `${tool.name} failed on this machine: ${reasonOf(error)}`;
        log.problem(line);
        return { text: `Error: ${line}`, isError: true };
      }
      log.problem(`Internal error in ${tool.name}: ${message}`);
      return {
        text: `Error: ${tool.name} failed inside molecule-mcp: ${message}. Please report it`,
        isError: true,
      };
    } finally {
      progress?.end();
    }
  }

  /** Tells an agent that passed on a secret that it was not sent (see `OutboundSecrets`). */
  #noted<Result extends Partial<ToolResult> & { text: string }>(
    result: Result,
    args: unknown,
  ): Result {
    const redact = (part: string) => this.#redactor.redactKnown(part);
    if (redactJson(args, { redact }) === args) return result;
    const { text, structured } = result;
    const notes = [structured?.note, MASKED].filter((note) => typeof note === "string");
    // Several clients show their model only the structured data.
    return {
      ...result,
      text: `${text}\n\n${MASKED}`,
      ...(structured && { structured: { ...structured, note: notes.join("\n") } }),
    };
  }

  /**
   * Background work must not report progress for a call that has its answer. While the call is
   * open, progress is always reported: clients that asked for it give up when none arrives.
   */
  #whileOpen(name: string, report: (message: string) => void) {
    let open = true;
    let isSilent = false;
    const startedAtMs = performance.now();
    const reportNow = (message: string) => {
      isSilent = false;
      if (open) report(this.#redactor.redact(message));
    };
    // Longer than the interval of tools that report on their own, so that this does not add to
    // them.
    const timer = setInterval(() => {
      const seconds = Math.round((performance.now() - startedAtMs) / 1000);
      if (isSilent) reportNow(`${name} is still running (${seconds} s)`);
      isSilent = true;
    }, 1.5 * this.#timing.progressIntervalMs);
    return {
      report: reportNow,
      end: () => {
        open = false;
        clearInterval(timer);
      },
    };
  }

  /** No token leaves in a result, whoever wrote it there. */
  #redacted({ text, structured, isError }: Partial<ToolResult> & { text: string }): CallToolResult {
    return {
      content: [{ type: "text", text: this.#redactor.redact(text) }],
      ...(structured !== undefined && {
        structuredContent: redactJson(structured, this.#redactor) as Record<string, unknown>,
      }),
      ...(isError && { isError: true }),
    };
  }
}

/** What a call that ran out of time may have done, and what to do about it. */
function lateText({ name, hints }: Tool, limitMs: number): string {
  const start = `Error: ${name} did not finish within ${limitMs / 1000} s and was given up`;
  return hints.readOnly
    ? `${start}. Nothing was changed: try again; if it keeps happening, check the platform's status and the ` +
      "network"
    : `${start}. It may still have taken effect: check before you repeat it`;
}
