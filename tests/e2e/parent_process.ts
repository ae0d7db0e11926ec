/**
 * A parent for the program: starts the command that its arguments give, on its own stdin and
 * stdout, and waits for it. For the tests that kill it. With "piped" first, as a client does: the
 * command reads from a pipe that nobody else can write to.
 *
 * @module
 */
const isPiped = Deno.args[0] === "piped";
const [command = "", ...args] = isPiped ? Deno.args.slice(1) : Deno.args;
const child = new Deno.Command(command, { args, stdin: isPiped ? "piped" : "inherit" }).spawn();
if (isPiped) await Deno.stdin.readable.pipeTo(child.stdin);
Deno.exit((await child.status).code);
