import { assertEquals, assertStrictEquals } from "@std/assert";
import { OutboundSecrets } from "../../../src/safety/secrets/outbound_secrets.ts";
import { SecretRedactor } from "../../../src/safety/secrets/secret_redactor.ts";
import { FakeTime } from "../../support/fake_time.ts";

/** Looks that end when the test says so, each with what was there when it began. */
class Looks {
  #ends: (() => void)[] = [];
  now = "secret-1";
  begun = 0;

  readonly live = async () => {
    const seen = this.now;
    this.begun += 1;
    await new Promise<void>((resolve) => this.#ends.push(resolve));
    return [seen];
  };

  async end(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve)); // It may be about to begin.
    this.#ends.shift()?.();
    await new Promise((resolve) => setTimeout(resolve));
  }
}

Deno.test("calls at the same time share a look that begins after each of them", async () => {
  const looks = new Looks();
  const outbound = new OutboundSecrets(new SecretRedactor(), looks.live);
  const first = outbound.refresh();
  await Promise.resolve();
  assertEquals(looks.begun, 1);
  // The look that is under way has passed this one already.
  looks.now = "secret-2";
  const later = [outbound.refresh(), outbound.refresh(), outbound.refresh()];
  await looks.end();
  await first;
  assertEquals(looks.begun, 2);
  assertEquals(outbound.text("secret-1 secret-2"), "[redacted] secret-2");
  await looks.end();
  await Promise.all(later);
  assertEquals(looks.begun, 2);
  assertEquals(outbound.text("secret-1 secret-2"), "[redacted] [redacted]");
  const last = outbound.refresh();
  await looks.end();
  await last;
  assertEquals(looks.begun, 3);
});

Deno.test("a look that is young enough is enough, an older one is not", async () => {
  let looks = 0;
  const live = () => Promise.resolve([`secret-number-${++looks}`]);
  const outbound = new OutboundSecrets(new SecretRedactor(), live);
  using time = new FakeTime();
  await outbound.refresh({ maxAgeMs: 1_000 });
  await outbound.refresh({ maxAgeMs: 1_000 });
  assertEquals(looks, 1);
  await outbound.refresh();
  assertEquals(looks, 2);
  time.tick(1_000);
  await outbound.refresh({ maxAgeMs: 1_000 });
  assertEquals(looks, 3);
});

Deno.test("known secrets are taken out of every string of a value, and looked for in files", async () => {
  const outbound = new OutboundSecrets(new SecretRedactor(), () => Promise.resolve(["secret-1"]));
  await outbound.refresh();
  assertEquals(
    outbound.json({ text: "is secret-1", list: [1, null, "secret-1"], "secret-1": true }),
    { text: "is [redacted]", list: [1, null, "[redacted]"], "[redacted]": true } as unknown,
  );
  const value = { text: "nothing" };
  assertStrictEquals(outbound.json(value), value);
  assertEquals(outbound.scanner().feed(new TextEncoder().encode("a secret-1 b")), true);
});
