import type { PlatformClient } from "../platform/client/client.ts";
import type { PlatformError } from "../platform/errors/platform_error.ts";
import type { Log } from "../safety/log.ts";
import type { About } from "../safety/repeated_troubles.ts";

/** What of a presence can be in trouble, each told and over by itself. */
type Topic = "register" | "beat" | "check" | "refused" | "removed" | "workspace";

/** Says what keeps one workspace from being online: each trouble once, not once a beat. */
export class PresenceTroubles {
  readonly #client: PlatformClient;
  readonly #log: Log;

  constructor(client: PlatformClient, log: Log) {
    this.#client = client;
    this.#log = log;
  }

  /** A refusal is reported once, and again when there is more to say about it. */
  refused({ status, message }: PlatformError): void {
    const { access, workspace } = this.#client;
    if (access.verdict === "removed") return this.removed(message);
    const kind = status === 401 ? access.stage : String(status);
    const line = `The platform refused workspace ${workspace.id} (HTTP ${status}): ${message}`;
    this.#report("refused", kind, line);
  }

  /** The workspace was removed from the platform. */
  removed(message: string): void {
    this.#report("removed", "", message);
  }

  /** Told once a kind and status: what a proxy writes may differ with every answer. */
  failed(topic: Topic, what: string, { kind, status, message }: PlatformError): void {
    const { access } = this.#client;
    // The workspace itself is what is wrong: one line for whatever fails because of it.
    if (message === access.problem) this.#report("workspace", access.stage, message);
    else this.#report(topic, `${kind} ${status ?? ""}`, `${what}: ${message}`);
  }

  /** This trouble is over: if it comes back, it is reported immediately. */
  over(topic: Topic): void {
    this.#log.over(this.#subject(topic));
  }

  #report(topic: Topic, kind: string, line: string): void {
    const about: About = { subject: this.#subject(topic), kind };
    this.#log.problem(line, about);
  }

  #subject(topic: Topic): string {
    return `${topic} ${this.#client.workspace.id}`;
  }
}
