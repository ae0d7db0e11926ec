import { assertEquals } from "@std/assert";
import { isTransportError, transportError } from "../../../src/platform/errors/transport_error.ts";

const ORIGIN = "http://acme.example";

/** What is made of an error of `fetch` with this text. */
function told(error: unknown, context = {}) {
  const { kind, message, maybeDelivered } = transportError(error, {
    origin: ORIGIN,
    timedOutAfterMs: undefined,
    cancelled: false,
    ...context,
  });
  return { kind, message, maybeDelivered };
}

Deno.test("the last causes in Deno's chain are named, each once", () => {
  const text = `error sending request for url (${ORIGIN}/): client error (SendRequest): ` +
    "connection error: broken: connection error";
  assertEquals(told(new TypeError(text)), {
    kind: "unreachable",
    message: `The connection to ${ORIGIN} broke before the answer was complete: ` +
      "connection error: broken",
    maybeDelivered: true,
  });
});

Deno.test("the causes may be errors of their own, and the text of another form", () => {
  const cause = new Error("the pipe burst");
  assertEquals(
    told(new TypeError("reading failed", { cause })).message,
    `The connection to ${ORIGIN} broke before the answer was complete: ` +
      "reading failed: the pipe burst",
  );
});

Deno.test("what breaks off on Windows has no frame around it, and may have been delivered", () => {
  const cause = new Error("Die Verbindung wurde geschlossen. (os error 10054)");
  assertEquals(told(new TypeError("fetch failed", { cause })), {
    kind: "unreachable",
    message: `The connection to ${ORIGIN} broke before the answer was complete: ` +
      "Die Verbindung wurde geschlossen. (os error 10054)",
    maybeDelivered: true,
  });
  for (const { ConnectionAborted, ConnectionReset, TimedOut } of [Deno.errors]) {
    for (const Kind of [ConnectionAborted, ConnectionReset, TimedOut]) {
      assertEquals(isTransportError(new Kind("x")), true);
    }
  }
});

Deno.test("a connection that never was delivers nothing, and says what to check", () => {
  const text = `error sending request for url (${ORIGIN}/): client error (Connect): odd trouble`;
  assertEquals(told(new TypeError(text)), {
    kind: "unreachable",
    message: `Cannot reach ${ORIGIN}: odd trouble. Check PLATFORM_URL and the network`,
    maybeDelivered: false,
  });
});

Deno.test("a call that was cancelled or timed out is that, whatever the error says", () => {
  const error = new TypeError("client error (Connect): refused");
  const cancelled = told(error, { cancelled: true, timedOutAfterMs: 1_000 });
  assertEquals([cancelled.kind, cancelled.maybeDelivered], ["cancelled", true]);
  const timedOut = told(error, { timedOutAfterMs: 1_500 });
  assertEquals([timedOut.kind, timedOut.maybeDelivered], ["timed_out", true]);
  assertEquals(
    timedOut.message.startsWith(`${ORIGIN} did not answer within 1.5 s. Try again`),
    true,
  );
});
