/**
 * The entry of `deno task local`.
 *
 * @module
 */
import { runLocal } from "./command.ts";

if (import.meta.main) {
  const stop = Promise.withResolvers<void>();
  const isWindows = Deno.build.os === "windows";
  // Windows has no SIGTERM to listen to.
  const signals: Deno.Signal[] = isWindows ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, stop.resolve);
  Deno.exit(
    await runLocal(Deno.args, {
      print: (line) => console.log(line),
      printError: (line) => console.error(line),
      stop: stop.promise,
      shell: isWindows ? "powershell" : "sh",
    }),
  );
}
