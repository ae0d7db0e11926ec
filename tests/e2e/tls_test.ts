import { assertMatch, assertNotMatch } from "@std/assert";
import { Certificates } from "./certificates.ts";
import { RawProcess, textOf } from "./raw_process.ts";
import { testTeam } from "./test_workspace.ts";
import { lacking, testUnless } from "../support/test_unless.ts";

const NO_OPENSSL = lacking("openssl", Certificates.available);

/** What a tool says of a platform at this address, with these variables of Deno's. */
async function answerOf(url: string, variables: Record<string, string> = {}): Promise<string> {
  await using team = await testTeam();
  const env = { ...team.env, PLATFORM_URL: url, MOLECULE_MCP_DISABLE_HEARTBEAT: "1" };
  await using server = RawProcess.start({ ...env, ...variables });
  await server.initialize();
  const call = { name: "get_workspace_info", arguments: {} };
  const text = textOf(await server.request("tools/call", call));
  await server.closeInput();
  const { stderr } = await server.ended();
  for (const said of [text, stderr]) {
    assertNotMatch(said, /report it|malformed|os error|\n\s+at /i);
  }
  return text;
}

/** A server for `https://localhost`; what it serves does not matter. */
function tlsServer({ cert, key }: { cert: string; key: string }) {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert, key, onListen() {} },
    () => Response.json({ error: "it was reached" }, { status: 418 }),
  );
  return {
    port: server.addr.port,
    [Symbol.asyncDispose]: async () => await server.shutdown(),
  };
}

testUnless(
  NO_OPENSSL,
  "a certificate of an unknown authority: both variables are named",
  async () => {
    await using certificates = await Certificates.make();
    await using server = tlsServer(await certificates.for("localhost"));
    const url = `https://localhost:${server.port}`;
    const text = await answerOf(url);
    assertMatch(text, /certificate was issued by an authority that is not trusted here/);
    assertMatch(text, /DENO_TLS_CA_STORE=system/);
    assertMatch(text, /DENO_CERT/);
    assertNotMatch(text, /Check PLATFORM_URL/);
    // What it advises helps.
    assertMatch(await answerOf(url, { DENO_CERT: certificates.authority }), /it was reached/);
    const store = { DENO_TLS_CA_STORE: "system", SSL_CERT_FILE: certificates.authority };
    if (Deno.build.os === "linux") assertMatch(await answerOf(url, store), /it was reached/);
  },
);

testUnless(
  NO_OPENSSL,
  "Deno's own certificate settings that are wrong are named",
  async () => {
    await using certificates = await Certificates.make();
    await using server = tlsServer(await certificates.for("localhost"));
    const url = `https://localhost:${server.port}`;
    const missing = await answerOf(url, { DENO_CERT: "/nonexistent/ca.pem" });
    assertMatch(missing, /DENO_CERT names cannot be opened/);
    assertMatch(await answerOf(url, { DENO_TLS_CA_STORE: "none" }), /Set it to system or mozilla/);
  },
);

testUnless(
  NO_OPENSSL,
  "a certificate for another name, and one that has expired, are told apart",
  async () => {
    await using certificates = await Certificates.make();
    const trusted = { DENO_CERT: certificates.authority };
    await using other = tlsServer(await certificates.for("other.example"));
    const text = await answerOf(`https://localhost:${other.port}`, trusted);
    assertMatch(text, /not for the name localhost, but for other\.example/);
    await using old = tlsServer(await certificates.for("localhost", { days: -1 }));
    assertMatch(await answerOf(`https://localhost:${old.port}`, trusted), /has expired/);
  },
);

testUnless(
  NO_OPENSSL,
  "https to an http port and http to an https port are named",
  async () => {
    await using certificates = await Certificates.make();
    await using tls = tlsServer(await certificates.for("localhost"));
    assertMatch(await answerOf(`http://localhost:${tls.port}`), /use https:\/\/ in PLATFORM_URL/);
    await using team = await testTeam();
    const url = team.platform.url.replace("http:", "https:");
    assertMatch(await answerOf(url), /does not speak https \(TLS\).*http:\/\//);
  },
);

Deno.test("no such host, nothing that listens, and a proxy that is not there are named", async () => {
  assertMatch(await answerOf("https://no-such-host.invalid"), /cannot be looked up \(DNS\)/);
  const refused = await answerOf(`http://127.0.0.1:${closedPort()}`);
  assertMatch(refused, /Connection refused: nothing listens there/);
  const proxy = `http://127.0.0.1:${closedPort()}`;
  assertMatch(
    await answerOf("https://platform.example", { HTTPS_PROXY: proxy }),
    /Connection refused.*HTTPS_PROXY/,
  );
});

Deno.test("a proxy that wants a password, or refuses, is named", async () => {
  for (
    const [status, words] of [[407, /asks for a user name/], [403, /refuses to connect/]] as const
  ) {
    await using proxy = connectProxy(status);
    assertMatch(
      await answerOf("https://platform.example", { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }),
      words,
    );
  }
});

/** A port on which nothing listens. */
function closedPort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** A proxy that answers every CONNECT with this status. */
function connectProxy(status: number) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const connection of listener) {
      try {
        await connection.read(new Uint8Array(4096));
        await connection.write(new TextEncoder().encode(`HTTP/1.1 ${status} No\r\n\r\n`));
      } finally {
        connection.close();
      }
    }
  })();
  return {
    port: listener.addr.port,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      await serving;
    },
  };
}
