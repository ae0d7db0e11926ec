import { assertEquals } from "@std/assert";
import { VERSION } from "../../src/version.ts";
import { runProgram } from "../cli/support.ts";

Deno.test("the newest release needs no upgrade", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(null, { status: 302, headers: { location: `/tag/v${VERSION}` } }),
  );
  const env = { MOLECULE_MCP_BASE_URL: `http://127.0.0.1:${server.addr.port}/` };
  for (const args of [["upgrade"], ["upgrade", "--check"]]) {
    assertEquals(await runProgram({ args, env }), {
      code: 0,
      stdout: `molecule-mcp ${VERSION} is the newest release.\n`,
      stderr: "",
    });
  }
});
