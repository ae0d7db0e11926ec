import { assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { environmentNames, permissionFlags } from "../../scripts/permissions.ts";
import { COMMAND_ENVIRONMENT, ENVIRONMENT } from "../../src/config/environment.ts";
import { denoCommand } from "../../scripts/deno_command.ts";

/** Asks Deno itself what a program that is started with the flags may do. */
async function granted(flags: readonly string[]): Promise<Record<string, string>> {
  const program = `
    const ask = async (descriptor) => (await Deno.permissions.query(descriptor)).state;
    const answers = {};
    for (const name of ["read", "write", "net", "env", "run", "ffi", "sys"]) {
      answers[name] = await ask({ name });
    }
    answers.named = await ask({ name: "env", variable: "PLATFORM_URL" });
    answers.unnamed = await ask({ name: "env", variable: "EDITOR" });
    console.log(JSON.stringify(answers));`;
  const { stdout } = await new Deno.Command(denoCommand(), {
    args: ["run", "--no-config", ...flags, `data:text/javascript,${encodeURIComponent(program)}`],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("deno.json names exactly the variables that the program reads", () => {
  const ofServer = ENVIRONMENT.map(({ name }) => name);
  assertEquals([...environmentNames()], [...ofServer, ...COMMAND_ENVIRONMENT]);
});

Deno.test("deno.json grants read, write and net, environment by name, and nothing else", () => {
  const { env: _env, ...others } = config.permissions.default;
  assertEquals(others, { read: true, write: true, net: true });
});

Deno.test("the flags grant what deno.json grants", async () => {
  assertEquals(await granted(permissionFlags()), {
    read: "granted",
    write: "granted",
    net: "granted",
    env: "prompt",
    run: "prompt",
    ffi: "prompt",
    sys: "prompt",
    named: "granted",
    unnamed: "prompt",
  });
});
