import { assertEquals } from "@std/assert";
import {
  isAbout,
  shownUrl,
  shownValue,
  typedId,
  typedUrl,
  withShownUrl,
} from "../../../src/commands/support/shown_value.ts";

const TOKEN = "nW8cPz2LxT6vKq1JrY4hDm0sBf7gUa3eRi9oXnVtQkE";
const ID = "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101";
const NOT_SHOWN = `(${TOKEN.length} characters, not shown)`;

Deno.test("values are cleaned, and hidden when they may be a secret", () => {
  assertEquals(shownValue(ID), ID);
  assertEquals(shownValue("acme"), "acme");
  assertEquals(shownValue("short", ["short"]), "(5 characters, not shown)");
  assertEquals(shownValue(TOKEN), NOT_SHOWN);
  assertEquals(shownValue("a\x1b\x9bb"), "ab");
});

Deno.test("of an address the secret is hidden, a long name is not", () => {
  for (
    const url of [
      "http://127.0.0.1:8080",
      "https://your-organisation-platform-12.example.com/base",
      "https://acme.example",
    ]
  ) assertEquals([shownUrl(url), typedUrl(url)], [url, url]);
  assertEquals(shownUrl(`https://acme.example/${TOKEN}`), "(64 characters, not shown)");
  for (const url of [TOKEN, `https://${TOKEN}.example`, `https://u:${TOKEN}@acme.example`]) {
    assertEquals(shownUrl(url), `(${url.length} characters, not shown)`);
    assertEquals(typedUrl(url), `(${url.length} characters, not shown)`);
  }
  const url = `https://acme.example/${TOKEN}`;
  assertEquals(
    withShownUrl(`${url}/x says no`, url),
    "(64 characters, not shown)/x says no",
  );
});

Deno.test("what comes in pieces shows nothing that is no id and no address", () => {
  for (let length = 1; length <= TOKEN.length; length++) {
    const piece = TOKEN.slice(0, length);
    for (const typed of [typedId, typedUrl]) {
      assertEquals(typed(piece), `(${length} characters, not shown)`);
    }
    assertEquals(typedUrl(`https://u:${piece}`), `(${length + 10} characters, not shown)`);
  }
  for (let length = 0; length <= ID.length; length++) {
    assertEquals(typedId(ID.slice(0, length)), ID.slice(0, length));
  }
  assertEquals(typedId("0123456789abcdef0123456789abcdef0123"), "(36 characters, not shown)");
  assertEquals(typedUrl("http"), "http");
});

Deno.test("a problem is found by its variable and by its key", () => {
  assertEquals(isAbout({ variable: "WORKSPACE_ID" }, "WORKSPACE_ID"), true);
  assertEquals(isAbout({ variable: "workspace_id in /x" }, "WORKSPACE_ID"), true);
  assertEquals(isAbout({ variable: "platform_url in /x" }, "WORKSPACE_ID"), false);
});
