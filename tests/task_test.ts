import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { childEnvironment } from "../scripts/child_environment.ts";
import { Certificates } from "./e2e/certificates.ts";
import { lacking, testUnless } from "./support/test_unless.ts";
import { denoCommand } from "../scripts/deno_command.ts";

const TASK = fromFileUrl(new URL("../scripts/task.ts", import.meta.url));

testUnless(lacking("openssl", Certificates.available), {
  name: "a company's authority is named at once, before anything is downloaded (needs openssl)",
  fn: async () => {
    await using certificates = await Certificates.make();
    let requests = 0;
    const server = Deno.serve(
      {
        hostname: "127.0.0.1",
        port: 0,
        ...await certificates.for("localhost"),
        onListen() {},
      },
      () => {
        requests += 1;
        return new Response();
      },
    );
    const registry = `https://localhost:${server.addr.port}/`;
    const { code, stdout, stderr } = await new Deno.Command(denoCommand(), {
      args: ["run", "--no-config", "-A", TASK, "check"],
      clearEnv: true,
      env: { ...childEnvironment(), JSR_URL: registry, NPM_CONFIG_REGISTRY: registry },
    }).output();
    await server.shutdown();
    const text = new TextDecoder().decode(stderr);
    assertEquals([code, stdout.length, requests], [1, 0, 0], text);
    assertMatch(text, new RegExp(`certificate of ${registry} .*UnknownIssuer`));
    assertMatch(text, /DENO_TLS_CA_STORE=system/);
    assertMatch(text, /DENO_CERT=/);
  },
});
