import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { IS_EXECUTABLE, programCommand } from "./program.ts";
import { RawProcess, textOf, unlessHanging } from "./raw_process.ts";
import { ServerProcess } from "./server_process.ts";
import { type TestTeam, testTeam } from "./test_workspace.ts";
import { processTest } from "./whole_process.ts";

/** Takes down the first bytes of every connection and closes it. */
class Recorder implements AsyncDisposable {
  readonly heard: string[] = [];
  readonly first: Promise<string>;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #accepting: Promise<void>;
  readonly #tell: (text: string) => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.first = promise;
    this.#tell = resolve;
    this.#accepting = this.#accept();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    for await (using connection of this.#listener) {
      const bytes = new Uint8Array(8192);
      const count = await connection.read(bytes).catch(() => null);
      const text = new TextDecoder("latin1").decode(bytes.subarray(0, count ?? 0));
      this.heard.push(text);
      this.#tell(text);
    }
  }
}

/** Deno itself asks for its newest version now and then. */
const QUIET = { DENO_NO_UPDATE_CHECK: "1" };

const NAMES = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

const NO_PROXIES: readonly Record<string, string>[] = [
  {},
  { NO_PROXY: "*" },
  { NO_PROXY: "elsewhere.example" },
];

for (const noProxy of NO_PROXIES) {
  processTest(
    `no proxy hears of a platform on this machine, ${JSON.stringify(noProxy)}`,
    async () => {
      await using proxy = new Recorder();
      await using team = await testTeam();
      const { platform, id, stateDir } = team;
      const proxies = Object.fromEntries(NAMES.map((name) => [name, proxy.url]));
      await using server = await ServerProcess.start({
        ...team.env,
        ...QUIET,
        ...proxies,
        ...noProxy,
      });
      // A call, an upload and, with the message, the event stream or the poll.
      assertMatch(await server.call("list_peers"), /Researcher/);
      const path = join(stateDir, "a.txt");
      await Deno.writeTextFile(path, "x");
      await server.call("send_message_to_user", { message: "x", attachments: [path] });
      await platform.sendAsUser(id, "hello");
      assertMatch(await server.call("wait_for_message", { timeout_secs: 20 }), /hello/);
      assert(platform.requests.some(({ path }) => path.endsWith("/events/stream")));
      assertEquals(proxy.heard, []);
    },
  );
}

for (const name of NAMES) {
  processTest(`${name} alone does not get a bearer over http`, async () => {
    await using proxy = new Recorder();
    await using team = await testTeam();
    await using server = await ServerProcess.start({ ...team.env, ...QUIET, [name]: proxy.url });
    assertMatch(await server.call("list_peers"), /Researcher/);
    assertEquals(proxy.heard, []);
  });
}

processTest("where the variables may not be read, the proxy is bypassed anyway", async () => {
  if (IS_EXECUTABLE) return; // It has its permissions inside.
  await using proxy = new Recorder();
  await using team = await testTeam();
  const command = programCommand([
    `--allow-env=${Object.keys(team.env)}`,
    `--allow-net=${new URL(team.platform.url).host}`,
    `--allow-read=${team.stateDir}`,
    `--allow-write=${team.stateDir}`,
  ]);
  const env = { ...team.env, ...QUIET, HTTP_PROXY: proxy.url, ALL_PROXY: proxy.url };
  await using server = await ServerProcess.start(env, { command });
  assertMatch(await server.call("list_peers"), /Researcher/);
  assertEquals(proxy.heard, []);
});

/** A process for a platform behind https, told of the proxy and of these variables. */
function startForHttps(
  team: TestTeam,
  proxy: Recorder,
  variables: Record<string, string>,
): RawProcess {
  return RawProcess.start({
    ...team.env,
    ...QUIET,
    HTTP_PROXY: "",
    http_proxy: "",
    HTTPS_PROXY: proxy.url,
    ...variables,
  });
}

processTest("an https platform is reached through the proxy, which sees no bearer", async () => {
  await using proxy = new Recorder();
  await using team = await testTeam();
  await using server = startForHttps(team, proxy, { PLATFORM_URL: "https://platform.invalid" });
  await server.initialize();
  const request = await unlessHanging(proxy.first, "A request to the proxy");
  assertMatch(request, /^CONNECT platform\.invalid:443 /);
  assert(!/authorization:/i.test(request) && !request.includes(team.token), "The bearer shows");
});

for (const entry of ["*", "platform.invalid:443", ".invalid", "Platform.invalid"]) {
  processTest(`NO_PROXY=${entry} is honoured for an https platform`, async () => {
    await using proxy = new Recorder();
    await using team = await testTeam();
    await using server = startForHttps(team, proxy, {
      PLATFORM_URL: "https://platform.invalid",
      NO_PROXY: entry,
    });
    await server.initialize();
    const answer = await server.request("tools/call", { name: "list_peers", arguments: {} });
    assertMatch(textOf(answer), /Cannot reach https:\/\/platform\.invalid/);
    assertEquals(proxy.heard, []);
  });
}

processTest("an https platform on this machine is reached directly", async () => {
  await using proxy = new Recorder();
  await using platform = new Recorder();
  await using team = await testTeam();
  await using server = startForHttps(team, proxy, {
    PLATFORM_URL: `https://127.0.0.1:${platform.port}`,
  });
  await server.initialize();
  const hello = await unlessHanging(platform.first, "A TLS handshake");
  assertEquals(hello.charCodeAt(0), 0x16, "A TLS handshake, nothing in the clear");
  assertEquals(proxy.heard, []);
});
