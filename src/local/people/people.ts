import type { PlatformContext } from "../context.ts";
import type { StagedFile } from "../delivery/staging.ts";
import type { JsonObject } from "../state/json.ts";
import * as requests from "./requests.ts";
import * as user from "./user.ts";
import type { CallAnswer, SentFiles, UserFile, UserMessageSettings } from "./user.ts";

/** What reaches a workspace of a running platform from people, and from the platform itself. */
export class People {
  readonly #context: PlatformContext;
  readonly #adminContext: PlatformContext;

  /**
   * @param context Whose database may be away
   * @param adminContext With the store itself
   */
  constructor(context: PlatformContext, adminContext: PlatformContext) {
    this.#context = context;
    this.#adminContext = adminContext;
  }

  /**
   * Writes to a workspace as its user at the canvas.
   *
   * @param text Empty: the message has no text part
   * @param files What {@linkcode uploadAsUser} returned, or other file descriptions
   * @returns The platform's answer to the call
   */
  sendAsUser(
    workspaceId: string,
    text: string,
    files: (StagedFile | JsonObject)[] = [],
    settings: UserMessageSettings = {},
  ): Promise<CallAnswer> {
    return user.sendAsUser(this.#context, workspaceId, text, files, settings);
  }

  /** Uploads files for a poll-mode workspace as its user; it finds them in its inbox. */
  uploadAsUser(workspaceId: string, files: UserFile[]): Promise<StagedFile[]> {
    return user.uploadAsUser(this.#context, workspaceId, files);
  }

  /**
   * Sends a message with files as the canvas does: uploads them, waits for the answer and for the
   * gap, then sends the message that names them.
   *
   * @param gapMs The time between the two. Default 0: the message follows at once
   */
  sendFilesAsUser(
    workspaceId: string,
    text: string,
    files: UserFile[],
    { gapMs = 0 }: { gapMs?: number } = {},
  ): Promise<SentFiles> {
    return user.sendFilesAsUser(this.#context, workspaceId, text, files, gapMs);
  }

  /**
   * Sends a workspace a notice of the platform itself. It is delivered with the next heartbeat
   * whose `active_tasks` is below the workspace's capacity, or by a sweep (`sweepIntervalMs`); a
   * poll-mode workspace then finds a row without a source, whose `params.metadata` names no person.
   *
   * @param messageId For example `request-responded:<id>-<uuid>` or `inbox-nudge-<uuid>`
   * @param metadata Of the message
   */
  sendAsPlatform(
    workspaceId: string,
    text: string,
    messageId: string,
    metadata?: JsonObject,
  ): void {
    user.sendAsPlatform(this.#adminContext, workspaceId, text, messageId, metadata);
  }

  /**
   * Closes a request as a person does, also one that asks an agent.
   *
   * @param action `done` or `rejected` for a task, `approved` or `rejected` for an approval
   * @param who Default: a person that the platform calls `human`
   * @returns The platform's answer
   */
  respondAsPerson(
    requestId: string,
    action: string,
    who: { responderId?: string } = {},
  ): Promise<CallAnswer> {
    return requests.respondAsPerson(this.#context, requestId, action, who);
  }

  /** Writes to a request as a person does; to an open one that is a question. */
  messageAsPerson(
    requestId: string,
    body: string,
    who: { authorId?: string } = {},
  ): Promise<CallAnswer> {
    return requests.messageAsPerson(this.#context, requestId, body, who);
  }

  /** Takes a request back for the agent that asked. */
  cancelRequestAsPerson(requestId: string): Promise<CallAnswer> {
    return requests.cancelAsPerson(this.#context, requestId);
  }
}
