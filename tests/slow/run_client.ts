/**
 * Runs a client in a process of its own: its job goes in as JSON, what it saw comes out as JSON.
 *
 * @throws with what the client wrote to stderr when it reports nothing
 */
export async function runClient<Report>(
  [command = "", ...args]: readonly string[],
  job: unknown,
): Promise<Report> {
  const child = new Deno.Command(command, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(job)));
  await writer.close();
  const { stdout, stderr } = await child.output();
  const line = new TextDecoder().decode(stdout);
  if (line === "") throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(line);
}
