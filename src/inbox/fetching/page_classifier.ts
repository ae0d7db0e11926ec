import type { PlatformClient } from "../../platform/client/client.ts";
import { field, textField } from "../../lib/json.ts";
import { sleep } from "../../lib/sleep.ts";
import type { DeliveryState, FetchedRef } from "../state/delivery_state.ts";
import type { HeldFiles, PageTimes } from "../files/held_files.ts";
import { type ClassifiedRow, classifyRow } from "../message.ts";
import type { SentFiles } from "../files/sent_files.ts";
import { parsePendingUri, type ReceivedFile } from "../files/attachments.ts";
import { isFromUser } from "../queue.ts";
import type { FetchedRow } from "./enqueue_row.ts";
import { once } from "../../lib/once.ts";

/** What the classification of a page needs. */
export interface PageClassifierOptions {
  readonly client: PlatformClient;
  readonly state: DeliveryState;
  readonly heldFiles: HeldFiles;
  readonly sentFiles: SentFiles;
  /** Whether messages name their workspace, because the agent has several. */
  readonly tagArrival: boolean;
  readonly report: (line: string) => void;
}

/** What a fetched page means for the agent. */
export interface ClassifiedPage {
  readonly rows: readonly FetchedRow[];
  /** The page's files, to be fetched before any message is handed out. */
  readonly files: readonly ReceivedFile[];
}

/** A peer's text may take long to check: after this long, other work gets its turn. */
const MAX_WORK_MS = 20;

type UsableRow = Exclude<ClassifiedRow, { kind: "invalid" }>;

/** Determines what the rows of a page mean, each on its own and together. */
export class PageClassifier {
  readonly #options: PageClassifierOptions;
  /** No cursor can pass such a row, so it returns with every fetch: one log line is enough. */
  readonly #reportInvalid = once(() => {
    const { client, report } = this.#options;
    report(`Ignoring activity rows without a usable id for workspace ${client.workspace.id}`);
  });

  constructor(options: PageClassifierOptions) {
    this.#options = options;
  }

  /** @param askedAtMs when the page was asked for, on the clock of the held files */
  async classify(sources: readonly unknown[], askedAtMs: number): Promise<ClassifiedPage> {
    const { heldFiles } = this.#options;
    const times = { askedAtMs, lastAt: createdAtOf(sources.at(-1)) };
    const usable: { row: UsableRow; ref: FetchedRef }[] = [];
    let workingSinceMs = performance.now();
    for (const [index, source] of sources.entries()) {
      const row = this.#classify(source);
      if (row) usable.push({ row, ref: refOf(row.id, source, sources[index + 1]) });
      if (performance.now() - workingSinceMs < MAX_WORK_MS) continue;
      await sleep(0);
      workingSinceMs = performance.now();
    }
    const named = filesNamedIn(usable.map(({ row }) => row));
    const files = usable.flatMap(({ row, ref }) =>
      row.kind === "file" && !this.#isMet(ref) && !heldFiles.knows(row.id) ? [row.file] : []
    );
    const rows = usable.map(({ row, ref }) => this.#fetched(row, ref, named, times));
    return { rows, files };
  }

  #fetched(
    row: UsableRow,
    ref: FetchedRef,
    named: ReadonlySet<string>,
    times: PageTimes,
  ): FetchedRow {
    if (row.kind === "skip") return { ref, message: undefined };
    const { message } = row;
    if (row.kind === "message" || this.#isMet(ref)) return { ref, message };
    if (named.has(row.file.fileId)) return { ref, message: undefined, keep: true };
    return { ref, message, held: this.#options.heldFiles.holds(ref, times) };
  }

  #isMet({ id, createdAt }: FetchedRef): boolean {
    const { state } = this.#options;
    return state.isHandled(id, createdAt) || state.isWaiting(id);
  }

  #classify(source: unknown): UsableRow | undefined {
    const { client, tagArrival, sentFiles } = this.#options;
    const row = classifyRow(source, {
      workspaceId: client.workspace.id,
      tagArrival,
      isSentFile: (fileId) => sentFiles.has(fileId),
    });
    if (row.kind !== "invalid") return row;
    this.#reportInvalid();
    return undefined;
  }
}

/** Files that a user's message on the same page names: their own rows need no message. */
function filesNamedIn(rows: readonly UsableRow[]): ReadonlySet<string> {
  return new Set(
    rows.flatMap((row) =>
      row.kind === "message" && isFromUser(row.message) ? row.message.attachments ?? [] : []
    )
      .flatMap(({ uri }) => uri === undefined ? [] : parsePendingUri(uri)?.fileId ?? []),
  );
}

function refOf(id: string, source: unknown, next: unknown): FetchedRef {
  const seq = field(source, "seq");
  return {
    id,
    createdAt: createdAtOf(source),
    nextAt: createdAtOf(next),
    seq: typeof seq === "number" && Number.isSafeInteger(seq) ? seq : undefined,
  };
}

function createdAtOf(row: unknown): string {
  return textField(row, "created_at") ?? "";
}
