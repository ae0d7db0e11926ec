/** Writes a status file again and again, until it is killed. */
import { StatusFile } from "../../src/cli/status_file.ts";

const [directory = ""] = Deno.args;
let writes = 0;
const content = () => ({ format: 1, pid: Deno.pid, version: String(++writes).repeat(1000) });
const file = new StatusFile(directory, content, { leastIntervalMs: 0 });
file.open();
setInterval(() => file.changed(), 1);
