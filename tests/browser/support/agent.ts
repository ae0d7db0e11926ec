import { field } from "../../../src/lib/json.ts";
import type { ServerProcess } from "../../e2e/server_process.ts";

/** What the agent says to a message. */
export interface Reply {
  readonly text: string;
  /** Paths of files. */
  readonly attachments?: readonly string[];
}

/** A real molecule-mcp under a client that follows a script: it answers each message as told. */
export class ScriptedAgent implements AsyncDisposable {
  readonly #server: ServerProcess;
  readonly #loop: Promise<void>;
  #isOver = false;

  private constructor(server: ServerProcess, answer: (text: string) => Reply) {
    this.#server = server;
    this.#loop = this.#work(answer);
  }

  /** @param answer says what to answer to a message's text */
  static async start(
    test: { startServer(): Promise<ServerProcess> },
    answer: (text: string) => Reply,
  ): Promise<ScriptedAgent> {
    return new ScriptedAgent(await test.startServer(), answer);
  }

  async #work(answer: (text: string) => Reply): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#answerOne(answer);
      } catch (error) {
        // A tool says so when the platform refuses; the next try may find it healed.
        if (!this.#isOver && !(error instanceof Error)) throw error;
      }
    }
  }

  async #answerOne(answer: (text: string) => Reply): Promise<void> {
    const message = JSON.parse(await this.#server.call("wait_for_message", { timeout_secs: 1 }));
    const id = field(message, "activity_id");
    if (typeof id !== "string") return;
    const { text, attachments = [] } = answer(String(field(message, "text")));
    await this.#server.call("send_message_to_user", { message: text, attachments });
    await this.#server.call("inbox_pop", { activity_id: id });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#loop; // A call that is cut off would leave its timer.
    await this.#server[Symbol.asyncDispose]();
  }
}
