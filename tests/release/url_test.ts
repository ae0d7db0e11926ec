import { assertEquals } from "@std/assert";
import { confinedFlags } from "../../scripts/permissions.ts";
import { exchange } from "../../scripts/smoke/exchange.ts";
import { LIMITS } from "../../scripts/smoke/probes.ts";
import { run } from "../../scripts/smoke/program.ts";
import { bundleInto, TempDir } from "./testing.ts";

/** A web server with the bundle of this working tree, and nothing else. */
async function serveBundle(): Promise<AsyncDisposable & { url: string }> {
  const dir = await TempDir.create();
  const code = await Deno.readTextFile(await bundleInto(dir));
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    return new URL(request.url).pathname === "/v1/molecule-mcp.js"
      ? new Response(code, { headers: { "Content-Type": "application/javascript" } })
      : new Response(null, { status: 404 });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/v1/molecule-mcp.js`,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await dir[Symbol.asyncDispose]();
    },
  };
}

Deno.test("the bundle serves from a URL with one host and one folder allowed", async () => {
  await using bundle = await serveBundle();
  await using home = await TempDir.create();
  await exchange(({ platformUrl, stateDir }) => ({
    name: "URL",
    command: Deno.execPath(),
    args: [
      "run",
      "--quiet",
      ...confinedFlags({ host: new URL(platformUrl).host, stateDir }),
      bundle.url,
    ],
    env: { HOME: home.path, DENO_DIR: home.join("deno") },
  }), LIMITS);
});

Deno.test("from a URL, the state is kept in the home folder when CONFIGS_DIR is not set", async () => {
  await using bundle = await serveBundle();
  await using home = await TempDir.create();
  const stateDir = home.join(".molecule-workspace");
  await exchange(({ platformUrl }) => ({
    name: "URL",
    command: Deno.execPath(),
    args: [
      "run",
      "--quiet",
      ...confinedFlags({ host: new URL(platformUrl).host, stateDir }),
      bundle.url,
    ],
    env: { HOME: home.path, DENO_DIR: home.join("deno"), CONFIGS_DIR: "" },
  }), LIMITS);
  assertEquals((await Deno.stat(stateDir)).isDirectory, true);
});

Deno.test("from a URL, what is missing is said in the same words as everywhere", async () => {
  await using bundle = await serveBundle();
  await using home = await TempDir.create();
  const flags = confinedFlags({ host: "example.com", stateDir: home.join("state") });
  const { code, stdout, stderr } = await run(
    {
      name: "URL",
      command: Deno.execPath(),
      args: ["run", "--quiet", ...flags, bundle.url],
    },
    [],
    {
      env: { HOME: home.path, DENO_DIR: home.join("deno") },
      cwd: home.path,
      timeoutMs: 20_000,
    },
  );
  assertEquals([code, stdout], [2, ""]);
  assertEquals(stderr.split("\n")[0], "molecule-mcp: missing required environment");
});
