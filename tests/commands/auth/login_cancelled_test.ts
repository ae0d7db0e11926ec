import { assertEquals, assertMatch } from "@std/assert";
import { connection, ENTER, FIRST, PASTE, terminalTest } from "./terminal_stage.ts";

for (const [name, step, ended] of [["Ctrl-C", "\x03", 130], ["Ctrl-D", "\x04", 1]] as const) {
  terminalTest(`${name} ends it, with nothing saved`, async (stage) => {
    const args = ["--workspace-id", stage.lead.id, "--platform-url", stage.platform.url];
    const { code, shown } = await stage.play([{ expect: "Token" }, { send: step }], args);
    assertEquals(code, ended);
    assertMatch(shown, /Cancelled; nothing was saved/);
    assertEquals(stage.platform.requests.length, 0);
    assertEquals(stage.saved("settings.json"), undefined);
  });
}

for (const [signal, ended] of [[1, 1], [2, 130], [15, 1]] as const) {
  terminalTest(`signal ${signal} at a question leaves the terminal as it was`, async (stage) => {
    const { code } = await stage.play([{ expect: FIRST }, { pause: 0.1 }, { signal }]);
    assertEquals(code, ended);
  });
}

terminalTest("Ctrl-C while the platform does not answer", async (stage) => {
  stage.platform.faults.use(() => "hang");
  const { code, shown } = await stage.play([
    { expect: FIRST },
    PASTE(connection(stage)),
    ENTER,
    { expect: "Asking" },
    { pause: 0.3 },
    { send: "\x03" },
  ]);
  assertEquals(code, 130);
  assertMatch(shown, /Cancelled; nothing was saved/);
  assertEquals(stage.saved("settings.json"), undefined);
});

terminalTest("a hosted platform's organisation is asked for", async (stage) => {
  stage.platform.faults.use(({ headers, path }) =>
    path === "/health" || headers["x-molecule-org-id"] === "acme"
      ? undefined
      : new Response("", { status: 404 })
  );
  const { code, shown } = await stage.play([
    { expect: FIRST },
    PASTE(connection(stage)),
    ENTER,
    { expect: "Organisation id:" },
    { send: "acme\r" },
    { expect: "install" },
  ]);
  assertEquals(code, 0, shown);
  assertEquals(JSON.parse(stage.saved("settings.json") ?? "").org_id, "acme");
});

terminalTest("a refused token is not saved", async (stage) => {
  stage.platform.revokeTokens(stage.lead.id);
  const { code, shown } = await stage.play([
    { expect: FIRST },
    PASTE(connection(stage)),
    ENTER,
    { expect: "press Enter alone to give up" },
    ENTER,
    { expect: "nothing was saved." },
  ]);
  assertEquals(code, 3, shown);
  assertEquals(stage.saved("settings.json"), undefined);
});
