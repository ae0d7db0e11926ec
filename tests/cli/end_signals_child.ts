/**
 * Says its process id, waits for the end as the program does, says so, and stops watching: then
 * nothing keeps the process alive. With "parent": starts such a child, says nothing itself, and
 * waits to be killed.
 *
 * @module
 */
import { endSignal, parentEnd, parentId } from "../../src/cli/end_signals.ts";
import { denoCommand } from "../../scripts/deno_command.ts";

if (Deno.args[0] === "parent") {
  // Nothing but the end of its parent reaches this child: its stdin is never closed.
  new Deno.Command(denoCommand(), { args: Deno.args.slice(1) }).spawn();
  await new Promise(() => setInterval(() => {}, 60_000));
} else {
  const watching = new AbortController();
  const end = Promise.race([
    endSignal(watching.signal),
    parentEnd(parentId(), watching.signal),
  ]);
  console.log(`ready ${Deno.pid}`);
  await end;
  console.log("ended");
  watching.abort();
}
