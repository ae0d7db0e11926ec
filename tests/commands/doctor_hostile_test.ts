import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { deliveryFiles } from "../../src/inbox/state/delivery_files.ts";
import { NO_LINKS, NO_NAMED_PIPES, NOT_ROOT, testUnless } from "../support/test_unless.ts";
import { holdLock } from "./doctor/platform_causes.ts";
import { Stage } from "./doctor/stage.ts";
import { told } from "./doctor/told.ts";

const NASTY = "\x1b]0;owned\x07\x1b[2J\u202egnp\u200b\nok   token accepted";

function assertHarmless(findings: readonly { text: string; next?: string }[]) {
  for (const { text, next = "" } of findings) {
    // deno-lint-ignore no-control-regex
    assertNotMatch(text + next, /[\x00-\x1f\x7f-\x9f\u200b\u202e]/);
    assert(text.length <= 600, text);
  }
}

/** A server that stands in for the platform and takes note of the tokens that it gets. */
function impostor(stage: Stage, answer: (path: string) => Response | Promise<Response>) {
  const seen = { paths: [] as string[], tokens: [] as string[] };
  const port = stage.serve((request) => {
    const { pathname } = new URL(request.url);
    seen.paths.push(`${request.method} ${pathname}`);
    const token = request.headers.get("authorization");
    if (token !== null) seen.tokens.push(token);
    return answer(pathname);
  });
  return { seen, url: `http://127.0.0.1:${port}` };
}

Deno.test("escape codes in a platform's answers do not reach the terminal", async () => {
  await using stage = await Stage.make();
  const record = { id: stage.id, name: NASTY, role: NASTY, status: NASTY, parent_id: NASTY };
  const { url } = impostor(
    stage,
    (path) =>
      path === `/workspaces/${stage.id}`
        ? Response.json(record)
        : Response.json({ error: NASTY, hint: NASTY }, { status: 403 }),
  );
  const { findings } = await told(stage, { env: { PLATFORM_URL: url } });
  assertHarmless(findings);
  assert(findings.some(({ cause }) => cause === "workspace.present"));
  for (const status of [400, 404, 410, 418, 500]) {
    const other = impostor(
      stage,
      () => Response.json({ error: NASTY, removed_at: NASTY, hint: NASTY }, { status }),
    );
    assertHarmless((await told(stage, { env: { PLATFORM_URL: other.url } })).findings);
  }
});

Deno.test("what redirects or answers with something else never gets the token, nor does its target", async () => {
  await using stage = await Stage.make();
  const target = impostor(stage, () => Response.json({ id: stage.id, name: "x" }));
  const answers: (() => Response)[] = [
    () => Response.redirect(`${target.url}/login`, 302),
    () => Response.redirect(`${target.url}/login`, 308),
    () => new Response("<html>", { headers: { "content-type": "text/html" } }),
    () => Response.json({ hello: "world" }),
    () => new Response(null, { status: 404 }),
  ];
  for (const answer of answers) {
    const { url, seen } = impostor(stage, answer);
    const { exitCode } = await told(stage, { env: { PLATFORM_URL: url } });
    assertEquals(exitCode, 1);
    assertEquals(seen.tokens, []);
    assert(seen.paths.every((path) => path.startsWith("GET ")), seen.paths.join());
  }
  assertEquals(target.seen.paths, []);
});

Deno.test("a platform that redirects later, with the token in hand, is not followed", async () => {
  await using stage = await Stage.make();
  const target = impostor(stage, () => Response.json([]));
  stage.platform.faults.use(({ path }) =>
    /\/(activity|peers|stream|limits)$/.test(path)
      ? Response.redirect(`${target.url}${path}`, 307)
      : undefined
  );
  const { findings } = await told(stage);
  assertEquals(target.seen.paths, []);
  assert(findings.some(({ cause }) => cause === "token.unknown"));
});

Deno.test("a platform that repeats the token in its answer does not get it shown", async () => {
  await using stage = await Stage.make();
  stage.platform.faults.use(({ path }) =>
    /\/(activity|peers)$/.test(path)
      ? Response.json({ error: `org token ${stage.token}` }, { status: 403 })
      : undefined
  );
  const { findings } = await told(stage);
  assert(!JSON.stringify(findings).includes(stage.token));
});

Deno.test("answers without end and answers that never begin end with the deadline", async () => {
  await using stage = await Stage.make();
  const endless = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024).fill(32)),
      }),
    );
  const flood = impostor(stage, endless);
  const flooded = await told(stage, { env: { PLATFORM_URL: flood.url } });
  assertEquals(flooded.first?.cause, "network.not_platform");
  const silent = impostor(stage, () => new Promise<Response>(() => {}));
  const waited = await told(stage, {
    env: { PLATFORM_URL: silent.url },
    world: { deadlineMs: 500 },
  });
  assertEquals(waited.first?.cause, "network.hangs");
  stage.platform.faults.use(({ path }) => /\/(activity|peers)$/.test(path) ? "hang" : undefined);
  const later = await told(stage, { world: { askMs: 300 } });
  assertEquals([later.exitCode, later.first?.cause], [1, "token.unknown"]);
  assert(later.findings.some(({ cause }) => cause === "token.unknown"));
  stage.platform.faults.clear();
  stage.platform.faults.use(({ path }) => path.endsWith("/peers") ? endless() : undefined);
  assert((await told(stage)).findings.some(({ cause }) => cause === "workspace.no_peers"));
});

testUnless(
  NO_NAMED_PIPES,
  "pipes in the place of files are told, and nobody waits for them",
  async () => {
    await using stage = await Stage.make();
    const pipe = async (path: string) => {
      await new Deno.Command("mkfifo", { args: [path] }).output();
      return path;
    };
    await pipe(`${stage.stateDir}/.auth_token`);
    await pipe(deliveryFiles(stage.stateDir, stage.id, undefined).lock);
    const bin = stage.dir.at("bin");
    await Deno.mkdir(bin);
    await pipe(`${bin}/molecule-mcp`);
    const { findings, exitCode } = await told(stage, { env: { PATH: bin } });
    assertEquals(exitCode, 2);
    const causes = findings.map(({ cause }) => cause);
    assert(causes.includes("token.unreadable"), causes.join());
    assert(causes.includes("delivery.unknown"), causes.join());
  },
);

testUnless(NO_LINKS, "a saved token that is a link is not read", async () => {
  await using stage = await Stage.make();
  const secret = await stage.dir.write("elsewhere", "a-secret-of-somebody-else");
  await Deno.symlink(secret, `${stage.stateDir}/.auth_token`);
  const { findings } = await told(stage);
  assertMatch(JSON.stringify(findings), /expected a regular file, got a symbolic link/);
  assertNotMatch(JSON.stringify(findings), /a-secret/);
});

Deno.test("a huge settings.json is not read", async () => {
  await using stage = await Stage.make();
  await stage.writeState("settings.json", " ".repeat(10 * 1024 * 1024));
  assertEquals((await told(stage)).first?.cause, "settings.file");
});

Deno.test("a token in the wrong variable is not shown", async () => {
  await using stage = await Stage.make();
  for (const name of ["WORKSPACE_ID", "PLATFORM_URL", "CONFIGS_DIR", "MOLECULE_WORKSPACES"]) {
    const { findings } = await told(stage, {
      env: { [name]: stage.token, MOLECULE_WORKSPACE_TOKEN: undefined },
    });
    const shown = JSON.stringify(findings).replaceAll(stage.dir.path, "");
    assert(!shown.includes(stage.token), `${name}: ${shown}`);
  }
});

testUnless(
  NOT_ROOT,
  "a state directory of another user does not say where the token goes",
  async () => {
    await using stage = await Stage.make();
    const { url, seen } = impostor(stage, (path) => Response.json({ id: path, name: "x" }));
    await stage.writeState("settings.json", JSON.stringify({ platform_url: url }));
    await Deno.chown(stage.stateDir, 12345, 12345);
    const { first } = await told(stage, { env: { PLATFORM_URL: undefined } });
    assertEquals(first?.cause, "state.foreign");
    assertEquals(seen.tokens, []);
  },
);

Deno.test("what hangs on this machine is told at the deadline, and all the rest with it", async () => {
  await using stage = await Stage.make();
  const never = new Promise<never>(() => {});
  const clients = await told(stage, { world: { clients: () => never, deadlineMs: 1_500 } });
  assertEquals(clients.first?.cause, "clients.late");
  assert(clients.findings.some(({ cause }) => cause === "token.accepted"));
  const disk = await told(stage, {
    world: { stateDir: { tryOut: () => never }, deadlineMs: 300 },
  });
  assertEquals(disk.first?.cause, "state.late");
});

Deno.test("a check that cannot be made takes none of the others along", async () => {
  await using stage = await Stage.make();
  const forbidden = await told(stage, {
    world: { clients: () => Promise.reject(new Deno.errors.NotCapable("read")) },
  });
  assertEquals(forbidden.exitCode, 0);
  assert(forbidden.findings.some(({ cause }) => cause === "clients.forbidden"));
  const broken = await told(stage, {
    world: { stateDir: { tryOut: () => Promise.reject(new Error("\x1b[2Jodd")) } },
  });
  assertEquals(broken.first?.cause, "state.unexpected");
  assertHarmless(broken.findings);
  assert(broken.findings.some(({ cause }) => cause === "token.accepted"));
});

Deno.test("a refused token is told once: that no heartbeat arrives follows from it", async () => {
  await using stage = await Stage.make();
  await holdLock(stage);
  stage.platform.revokeTokens(stage.id);
  await stage.platform.createToken(stage.id, "tok-other");
  const { first, findings } = await told(stage);
  assertEquals(first?.cause, "token.refused");
  assert(findings.every(({ cause }) => cause !== "workspace.not_online"));
});

Deno.test("a token that stands where the host does is not shown", async () => {
  await using stage = await Stage.make();
  const secret = "nW8cPz2LxT6vKq1JrY4hDm0sBf7gUa3eRi9oXnVtQkE";
  const { findings } = await told(stage, { env: { PLATFORM_URL: `https://${secret}.invalid` } });
  assert(findings.some(({ cause }) => cause === "network.dns"));
  assert(!JSON.stringify(findings).toLowerCase().includes(secret.toLowerCase()));
});
