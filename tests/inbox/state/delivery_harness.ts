import { assertEquals } from "@std/assert";
import { type DeliveryFiles, deliveryFiles } from "../../../src/inbox/state/delivery_files.ts";
import type { RowRef } from "../../../src/inbox/state/delivery_snapshot.ts";
import { DeliveryState } from "../../../src/inbox/state/delivery_state.ts";
import { idOf, SELF } from "../message_support.ts";

/** Row number n of the platform's log, n seconds (and n microseconds) into an hour. */
export function rowOf(number: number): RowRef {
  const seconds = new Date(Date.UTC(2026, 4, 6, 9) + number * 1000).toISOString().slice(0, 19);
  return { id: idOf(number), createdAt: `${seconds}.${String(number).padStart(6, "0")}Z` };
}

/** A state directory on the real disk. */
export class DeliveryHarness implements AsyncDisposable {
  readonly files: DeliveryFiles;
  /** What was reported to the user. */
  readonly reports: string[] = [];

  private constructor(readonly dir: string, workspaceIds?: readonly string[], id = SELF) {
    this.files = deliveryFiles(dir, id, workspaceIds);
  }

  static async create(workspaceIds?: readonly string[]): Promise<DeliveryHarness> {
    return new DeliveryHarness(
      await Deno.makeTempDir({ prefix: "molecule-delivery-" }),
      workspaceIds,
    );
  }

  /** Another workspace that keeps its state in the same directory, which this one removes. */
  neighbour(id: string): DeliveryHarness {
    return new DeliveryHarness(this.dir, undefined, id);
  }

  /** As a fresh process does. */
  load(): Promise<DeliveryState> {
    return DeliveryState.load(this.files, (line) => this.reports.push(line));
  }

  /** A process that has begun, with rows 1 to `count` fetched. */
  async loadWith(count: number): Promise<DeliveryState> {
    const state = await this.load();
    await state.begin(new Date(0));
    for (let number = 1; number <= count; number++) state.see(rowOf(number));
    return state;
  }

  /** The cursor file's content; `undefined` when it is absent. */
  cursor(): Promise<string | undefined> {
    return readOrAbsent(this.files.cursor);
  }

  /** The state file's content; `undefined` when it is absent. */
  state(): Promise<string | undefined> {
    return readOrAbsent(this.files.state);
  }

  /** Writes a file, or removes it. */
  async put(path: string, content: string | undefined): Promise<void> {
    if (content === undefined) await Deno.remove(path).catch(() => {}); // Absent is as asked.
    else await Deno.writeTextFile(path, content);
  }

  /** While `body` runs, nothing can be written to the path. */
  async whileUnwritable(path: string, body: () => Promise<void>): Promise<void> {
    const content = await readOrAbsent(path);
    await this.put(path, undefined);
    await Deno.mkdir(path);
    try {
      await body();
    } finally {
      await Deno.remove(path);
      await this.put(path, content);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.dir, { recursive: true });
  }
}

async function readOrAbsent(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** What a process that starts now would do with rows 1 to `count`, fetched from its position. */
export async function assertRedelivered(
  harness: DeliveryHarness,
  count: number,
  expected: readonly number[],
  message?: string,
): Promise<void> {
  const state = await harness.load();
  assertEquals(fetchedBy(state, count).filter((n) => !isHandled(state, n)), [...expected], message);
}

/** The rows that the platform answers with: after the position, or all of them. */
export function fetchedBy(state: DeliveryState, count: number): number[] {
  const all = Array.from({ length: count }, (_, index) => index + 1);
  const position = state.positions.sinceId("forward");
  return position === undefined ? all : all.filter((n) => idOf(n) > position);
}

/** Whether the state knows row n as handled. */
export function isHandled(state: DeliveryState, number: number): boolean {
  const { id, createdAt } = rowOf(number);
  return state.isHandled(id, createdAt);
}
