/**
 * Does one thing with a private file as another user or under another umask: see `inChild`.
 *
 * @module
 */
import { readPrivateFile, writePrivateFile } from "../../../src/lib/files/private_file.ts";
import { type ChildAnswer, type ChildTask, storeOf } from "../../auth/testing.ts";

const NOBODY = 65534;

const task: ChildTask = JSON.parse(Deno.args[0] ?? "{}");
if (task.umask !== undefined) Deno.umask(task.umask);
if (task.unprivileged && Deno.uid() === 0) {
  const { default: process } = await import("node:process");
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
console.log(JSON.stringify(await answer(task)));

async function answer({ action, path, content = "" }: ChildTask): Promise<ChildAnswer> {
  const { store, lines } = storeOf({ filePath: path });
  try {
    if (action === "read") return { value: await readPrivateFile(path), lines };
    if (action === "write") return { value: await writePrivateFile(path, content), lines };
    return { value: await store.get() ?? null, lines };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const cause = error.cause instanceof Error ? error.cause.name : undefined;
    return { lines, error: { name: error.name, message: error.message, ...(cause && { cause }) } };
  }
}
