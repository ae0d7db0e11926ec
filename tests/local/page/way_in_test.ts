import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startLocalPlatform } from "../../../src/local/start.ts";
import { TestClock } from "../support.ts";
import { Browser, keyOf, sendRaw, startPage, YOURS } from "./browser.ts";

Deno.test("way in: a platform without a page has none", async () => {
  await using platform = await startLocalPlatform();
  for (const path of ["/", "/local/page.js", "/local/api/events"]) {
    const response = await fetch(platform.url + path);
    assertEquals([response.status, await response.text()], [404, "404 page not found"]);
  }
});

Deno.test("way in: the page's files need no cookie, and bring the policy", async () => {
  await using team = await startPage();
  const files = {
    "/": ["<!doctype html>", "text/html"],
    "/local/page.js": ["// code", "text/javascript"],
    "/local/page.css": ["/* style */", "text/css"],
    "/local/icon.svg": ["<svg/>", "image/svg+xml"],
  };
  for (const [path, [text, type]] of Object.entries(files)) {
    const response = await fetch(team.platform.url + path);
    assertEquals([response.status, await response.text()], [200, text]);
    const header = (name: string) => response.headers.get(name);
    assertEquals(header("Content-Type"), `${type}; charset=utf-8`);
    assertEquals(
      header("Content-Security-Policy"),
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
        "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    );
    assertEquals(header("X-Content-Type-Options"), "nosniff");
    assertEquals(header("Referrer-Policy"), "no-referrer");
    assertEquals(header("Cross-Origin-Opener-Policy"), "same-origin");
    assertEquals(header("Cross-Origin-Resource-Policy"), "same-origin");
    assertEquals(header("Cache-Control"), "no-store");
  }
});

Deno.test("way in: from its source the program says how the page is built", async () => {
  await using platform = await startLocalPlatform({
    page: { version: "1.2.3", yourWorkspaceId: YOURS },
  });
  const response = await fetch(platform.url);
  assertEquals(response.status, 501);
  assertStringIncludes(await response.text(), "deno task bundle");
});

Deno.test("way in: a key is exchanged once for a cookie that no script and no other site sees", async () => {
  await using team = await startPage();
  const { platform } = team;
  const link = platform.newPageLink();
  assert(link.startsWith(`${platform.url}/#key=`));
  const browser = new Browser(platform);
  const answer = await browser.present(keyOf(link));
  assertEquals(answer.status, 204);
  assertMatch(
    answer.headers.get("Set-Cookie") ?? "",
    new RegExp(
      `^molecule_local_${platform.port}=[\\w-]{43}; Path=/local/; HttpOnly; SameSite=Strict$`,
    ),
  );
  assertEquals((await browser.get(`workspaces/${YOURS}/messages`)).status, 200);
  const again = await new Browser(platform).present(keyOf(link));
  assertEquals([again.status, again.headers.get("Set-Cookie")], [401, null]);
});

Deno.test("way in: a key is good for ten minutes", async () => {
  const clock = new TestClock(Date.UTC(2026, 10, 28));
  await using team = await startPage({}, { nowMs: () => clock.nowMs });
  const [first, second] = [team.platform.newPageLink(), team.platform.newPageLink()];
  clock.advanceMs(10 * 60_000 - 1);
  assertEquals((await new Browser(team.platform).present(keyOf(first))).status, 204);
  clock.advanceMs(1);
  assertEquals((await new Browser(team.platform).present(keyOf(second))).status, 401);
});

Deno.test("way in: guessed keys and cookies let nobody in", async () => {
  await using team = await startPage();
  const { platform } = team;
  const key = keyOf(platform.newPageLink());
  const browser = await Browser.open(platform);
  const [name, secret = ""] = browser.cookie.split("=");
  for (const guess of ["", key.slice(0, -1), `${key}A`, key.toUpperCase(), `\0${key}`]) {
    assertEquals((await new Browser(platform).present(guess)).status, 401);
  }
  const wrong = [
    "",
    `${name}=`,
    `${name}=${secret.slice(0, -1)}`,
    `${name}=${secret}A`,
    `${name}=${secret.slice(1)}`,
    `molecule_local_1=${secret}`,
    secret,
  ];
  for (const cookie of wrong) {
    browser.cookie = cookie;
    const answer = await browser.get("events");
    assertEquals(answer.status, 401);
    assertStringIncludes(answer.text, "Press Enter");
  }
  browser.cookie = `${name}=wrong; other=1; ${name}=${secret}`;
  assertEquals((await browser.get(`workspaces/${YOURS}/tokens`)).status, 200);
  assertEquals((await new Browser(platform).present(key)).status, 204);
});

Deno.test("way in: a new browser lets the oldest out when there are too many", async () => {
  await using team = await startPage({ limits: { sessions: 2 } });
  const first = await Browser.open(team.platform);
  await using events = await first.listen();
  await events.of("snapshot");
  const second = await Browser.open(team.platform);
  await Browser.open(team.platform);
  assertEquals(await events.next(), undefined);
  assertEquals((await first.get(`workspaces/${YOURS}/tokens`)).status, 401);
  assertEquals((await second.get(`workspaces/${YOURS}/tokens`)).status, 200);
});

Deno.test("way in: no key or cookie gets into what the platform keeps of requests", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  await browser.get(`workspaces/${YOURS}/tokens`);
  assertEquals(team.platform.requests, []);
});

for (const path of ["/", "/local/page.js", "/local/api/events", "/health", "/registry/heartbeat"]) {
  Deno.test(`way in: another name for this machine is refused (DNS rebinding): ${path}`, async () => {
    await using team = await startPage();
    const { port } = team.platform;
    const hosts = [
      "rebind.example.org",
      `rebind.example.org:${port}`,
      `127.0.0.1:${port + 1}`,
      "127.0.0.1",
      `localhost.example.org:${port}`,
      `127.0.0.1:${port}.example.org`,
      `[::1]:${port}`,
      "",
    ];
    for (const host of hosts) {
      const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
      const answer = await sendRaw(port, request);
      assertMatch(answer, host === "" ? /^HTTP\/1\.1 4(?:21|00) / : /^HTTP\/1\.1 421 /, host);
    }
    const own = `GET / HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`;
    assertMatch(await sendRaw(port, own), /^HTTP\/1\.1 200 /);
  });
}

Deno.test("way in: what another site makes a browser send is refused", async () => {
  await using team = await startPage();
  const { platform } = team;
  const browser = await Browser.open(platform);
  const other = `http://127.0.0.1:${platform.port + 1}`;
  const foreign: Record<string, string>[] = [
    { Origin: "https://example.org", "Sec-Fetch-Site": "cross-site" },
    // Another server of this machine is the same site: it is sent the cookie.
    { Origin: other, "Sec-Fetch-Site": "same-site" },
    { Origin: other },
    { Origin: "null" },
    { Origin: `http://localhost:${platform.port}` },
    { Origin: `${platform.url}.example.org` },
    { Origin: platform.url, "Sec-Fetch-Site": "cross-site" },
    { Origin: platform.url, "Sec-Fetch-Site": "none" },
  ];
  for (const headers of foreign) {
    const answer = await browser.post(`faults/slow`, { isOn: true }, headers);
    assertEquals(answer.status, 403, JSON.stringify(headers));
    assertEquals(answer.headers.get("Access-Control-Allow-Origin"), null);
  }
  const withoutOrigin = await browser.ask("POST", "play", null);
  assertEquals(withoutOrigin.status, 403);
  const read = await browser.get(`workspaces/${YOURS}/tokens`, { "Sec-Fetch-Site": "same-site" });
  assertEquals(read.status, 403);
  const typed = await browser.get(`workspaces/${YOURS}/tokens`, { "Sec-Fetch-Site": "none" });
  assertEquals(typed.status, 200);
});

Deno.test("way in: a form of another site is no request of ours, whatever it says of itself", async () => {
  await using team = await startPage();
  const browser = await Browser.open(team.platform);
  const form = (type: string) =>
    browser.ask("POST", "faults/slow", '{"isOn":true}', {
      Origin: team.platform.url,
      "Content-Type": type,
    });
  assertEquals((await form("text/plain")).status, 415);
  assertEquals((await form("application/x-www-form-urlencoded")).status, 415);
  assertEquals((await form("application/json; charset=utf-8")).status, 204);
  const text = await browser.post(`workspaces/${YOURS}/messages`, { text: "Hello" });
  assertEquals(text.status, 415);
});
