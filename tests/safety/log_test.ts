import { assertEquals } from "@std/assert";
import { Log } from "../../src/safety/log.ts";
import { SecretRedactor } from "../../src/safety/secrets/secret_redactor.ts";

const TOKEN = "molecule-secret-token-of-this-test";

function logOf({ verbose = false } = {}) {
  const lines: string[] = [];
  const redactor = new SecretRedactor();
  redactor.add(TOKEN);
  const log = new Log({ write: (line) => lines.push(line), redactor, verbose });
  return { log, lines };
}

Deno.test("a message is one line, whatever breaks are in it, even when it is not a problem", () => {
  const message = "HTTP 502: <html>\r\n  <b>Bad</b>\n\n\tgateway\r";
  const line = "[molecule-mcp] HTTP 502: <html> <b>Bad</b> gateway ";
  const { log, lines } = logOf({ verbose: true });
  log.problem(message);
  log.info(message);
  log.info(message, { subject: "another" });
  assertEquals(lines, [line, line, line]);
});

Deno.test("no message shows a secret", () => {
  const { log, lines } = logOf({ verbose: true });
  log.problem(`Refused: ${TOKEN}`);
  log.info(`Sent: ${TOKEN}`);
  assertEquals(lines, ["[molecule-mcp] Refused: [redacted]", "[molecule-mcp] Sent: [redacted]"]);
});

Deno.test("what goes well is reported only to those who asked for it", () => {
  const { log, lines } = logOf();
  log.info("Registered");
  log.info("Registered", { subject: "register" });
  assertEquals(lines, []);
});

Deno.test("a recurring problem is reported once, and again after it was over", () => {
  const { log, lines } = logOf();
  const about = { subject: "fetching", kind: "503" };
  log.problem("first", about);
  log.problem("second", about);
  log.over("fetching");
  log.problem("third", about);
  assertEquals(lines, ["[molecule-mcp] first", "[molecule-mcp] third"]);
});

Deno.test("a recurring line that is not a problem is also reported once", () => {
  const { log, lines } = logOf({ verbose: true });
  for (const text of ["first", "second"]) log.info(text, { subject: "stream", kind: "404" });
  for (let i = 0; i < 2; i++) log.info("again and again");
  assertEquals(lines, [
    "[molecule-mcp] first",
    "[molecule-mcp] again and again",
    "[molecule-mcp] again and again",
  ]);
});
