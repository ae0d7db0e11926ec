import { sleep } from "../../src/lib/sleep.ts";
import { field } from "../../src/lib/json.ts";
import type { Random } from "../../scripts/soak/random.ts";
import { ServerProcess } from "../e2e/server_process.ts";

const REFUSED_PAUSE_MS = 1_000;

/** A message as `wait_for_message` returns it, as far as these tests look at it. */
export interface HandedMessage {
  readonly activity_id: string;
  readonly text: string;
  readonly kind: string;
  readonly request_id?: string;
  readonly request_title?: string;
  readonly decision?: string;
  readonly by?: string;
}

/** An agent that waits for messages and pops each. */
export interface AgentLife {
  readonly env: Record<string, string>;
  /** After so many messages the server is killed, somewhere in what the agent does next. */
  readonly killAfter: number;
  readonly random: Random;
  /** How many messages are still to come. */
  readonly missing: () => number;
  /** Looked at, but not popped yet. */
  readonly onHanded: (message: HandedMessage, server: ServerProcess) => void | Promise<void>;
  /** Its pop was answered. */
  readonly onPopped: (message: HandedMessage) => void;
  /** So many waits in a row may bring nothing. Default: 15. */
  readonly maxQuiet?: number;
}

/**
 * One life of the server: the agent works until the server is killed, or until nothing is left.
 *
 * @returns whether everything is done
 */
export async function live(
  { env, killAfter, random, missing, onHanded, onPopped, maxQuiet = 15 }: AgentLife,
): Promise<boolean> {
  await using server = await ServerProcess.start(env);
  let killer: ReturnType<typeof setTimeout> | undefined;
  try {
    let quiet = 0;
    for (let handled = 0;; handled++) {
      if (handled === killAfter) {
        killer = setTimeout(() => server.kill(), random.between(0, 12));
      }
      const message = await nextMessage(server);
      if (message === undefined) {
        if (missing() === 0) return true;
        quiet += 1;
        if (quiet > maxQuiet) throw new Error(`${missing()} messages never came`);
        continue;
      }
      quiet = 0;
      await onHanded(message, server);
      await server.call("inbox_pop", { activity_id: message.activity_id });
      onPopped(message);
    }
  } catch (error) {
    if (/Connection closed|Not connected/i.test(String(error))) return false;
    throw new Error(`${error}; stderr of the server: ${server.stderr}`);
  } finally {
    clearTimeout(killer);
  }
}

/** @returns undefined when none came: in time, or because the platform fails, which is an error */
async function nextMessage(server: ServerProcess): Promise<HandedMessage | undefined> {
  try {
    const message = JSON.parse(await server.call("wait_for_message", { timeout_secs: 2 }));
    return field(message, "timeout") === true ? undefined : message;
  } catch (error) {
    if (!/no message arrived|no message can arrive/.test(String(error))) throw error;
    // A refusal is told at once: an agent, too, would not ask again without a pause.
    await sleep(REFUSED_PAUSE_MS);
    return undefined;
  }
}
