import { assertEquals } from "@std/assert";
import { readConnection } from "../../../src/commands/auth/connection.ts";
import { readTypedUrl } from "../../../src/commands/auth/typed_url.ts";

const ID = "3f6b1c58-9a0e-4d27-8b41-6c2d5e7fa101";

Deno.test("of a page of the canvas the platform's address and the workspace's id are taken", () => {
  for (
    const text of [
      `https://acme.example/workspaces/${ID}`,
      `https://acme.example/workspaces/${ID.toUpperCase()}/tokens?tab=1#x`,
      `https://acme.example/?workspace=${ID}`,
      `https://acme.example/canvas?workspace_id=${ID}&x=1`,
      `https://acme.example/#/workspaces/${ID}`,
      ` acme.example/workspaces/${ID}/ `,
    ]
  ) {
    const found = readTypedUrl(text);
    assertEquals([found.url, found.workspaceId, found.isChanged], [
      "https://acme.example",
      ID,
      true,
    ], text);
    assertEquals(readConnection(text), { platformUrl: text.trim(), workspaceId: ID });
  }
  assertEquals(
    readTypedUrl(`https://acme.example/eu/workspaces/${ID}`).url,
    "https://acme.example/eu",
  );
});

Deno.test("a missing scheme is added, http:// only on this machine", () => {
  const cases = [
    ["acme.example", "https://acme.example"],
    ["acme.example:8443/eu/", "https://acme.example:8443/eu/"],
    ["10.0.0.1:8080", "https://10.0.0.1:8080"],
    ["localhost:8080", "http://localhost:8080"],
    ["127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["[::1]:8080", "http://[::1]:8080"],
  ];
  for (const [text = "", url] of cases) {
    assertEquals(readTypedUrl(text), { url: url ?? "", isChanged: true });
    assertEquals(readConnection(text), { platformUrl: text });
  }
});

Deno.test("a query alone is dropped; what is right or not understood stays", () => {
  assertEquals(readTypedUrl("https://acme.example/?tab=tokens#top").url, "https://acme.example");
  for (
    const url of [
      "https://acme.example/",
      "https://acme.example/eu",
      `https://user:pass@acme.example/workspaces/${ID}`,
      `http://acme.example/workspaces/${ID}`,
      "ftp://acme.example",
      "acme",
      "",
    ]
  ) assertEquals(readTypedUrl(url), { url, isChanged: false });
});
