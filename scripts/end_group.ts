/** Ends a process that leads its own group (`detached`), with whatever it has started. */
export function endGroup(pid: number): void {
  try {
    Deno.kill(Deno.build.os === "windows" ? pid : -pid, "SIGKILL");
  } catch {
    // All of it has ended.
  }
}
