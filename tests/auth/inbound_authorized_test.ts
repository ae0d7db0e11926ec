import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { inboundAuthorized } from "../../src/auth/inbound_secret.ts";

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
);

Deno.test("exactly the secret behind `Bearer ` passes", () => {
  assertEquals(inboundAuthorized("s3cret", "Bearer s3cret"), true);
});

Deno.test("without a secret everything is refused", () => {
  for (const expected of [undefined, "", " "]) {
    for (const header of [null, undefined, "", "Bearer", "Bearer ", "Bearer  ", "Bearer s3cret"]) {
      assertEquals(inboundAuthorized(expected, header), false);
    }
  }
});

Deno.test("without a header everything is refused", () => {
  for (const header of [null, undefined, ""]) {
    assertEquals(inboundAuthorized("s3cret", header), false);
  }
});

Deno.test("another prefix, secret, case, length or white space is refused", () => {
  const wrong = [
    "s3cret",
    "Bearer",
    "Bearer ",
    "bearer s3cret",
    "BEARER s3cret",
    "Basic s3cret",
    "Bearers3cret",
    "Bearer  s3cret",
    " Bearer s3cret",
    "Bearer s3cret ",
    "Bearer s3cret\n",
    "Bearer\ts3cret",
    "Bearer S3CRET",
    "Bearer s3cre",
    "Bearer s3crett",
    "Bearer s3cret\0",
    "Bearer s3cret, Bearer s3cret",
    "Bearer s3cretBearer s3cret",
    "Bearer wrong",
  ];
  for (const header of wrong) assertEquals(inboundAuthorized("s3cret", header), false, header);
});

Deno.test("text outside ASCII is compared, never thrown at", () => {
  assertEquals(inboundAuthorized("grüße-漢字-🎈", "Bearer grüße-漢字-🎈"), true);
  assertEquals(inboundAuthorized("grüße", "Bearer gru\u0308ße"), false);
  assertEquals(inboundAuthorized("s3cret", "Bearer s3crét"), false);
});

Deno.test("text that has no UTF-8 form is refused, so that no two texts count as one", () => {
  assertEquals(inboundAuthorized("x\ufffd", "Bearer x\ud800"), false);
  assertEquals(inboundAuthorized("x\ud800", "Bearer x\ud800"), false);
  assertEquals(inboundAuthorized("x\ud800", "Bearer x\ufffd"), false);
});

Deno.test("any secret passes with its own header", () => {
  fc.assert(fc.property(anyText, (secret) => {
    const usable = secret.trim() !== "" && secret.isWellFormed();
    assertEquals(inboundAuthorized(secret, `Bearer ${secret}`), usable);
  }));
});

Deno.test("any header passes only when it is the one of the secret", () => {
  const similar = anyText.chain((secret) =>
    fc.tuple(
      fc.constant(secret),
      fc.oneof(
        anyText,
        anyText.map((other) => `Bearer ${other}`),
        anyText.map((more) => `Bearer ${secret}${more}`),
        fc.nat(20).map((cut) => `Bearer ${secret}`.slice(0, -cut || undefined)),
        fc.nat(40).map((i) => changedAt(`Bearer ${secret}`, i)),
      ),
    )
  );
  fc.assert(
    fc.property(similar, ([secret, header]) => {
      const right = secret.trim() !== "" && secret.isWellFormed() && header === `Bearer ${secret}`;
      assertEquals(inboundAuthorized(secret, header), right);
    }),
    { numRuns: 2_000 },
  );
});

/** One character made another one. */
function changedAt(text: string, i: number): string {
  const at = i % text.length;
  const changed = String.fromCharCode(text.charCodeAt(at) ^ 1);
  return text.slice(0, at) + changed + text.slice(at + 1);
}
