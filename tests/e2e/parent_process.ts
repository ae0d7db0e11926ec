/**
 * A parent for the program: starts the command that its arguments give, on its own stdin and
 * stdout, and waits for it. For the test that kills it.
 *
 * @module
 */
const [command = "", ...args] = Deno.args;
const child = new Deno.Command(command, { args, stdin: "inherit" }).spawn();
Deno.exit((await child.status).code);
