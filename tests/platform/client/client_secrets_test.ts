import { assertEquals } from "@std/assert";
import { PlatformClient } from "../../../src/platform/client/client.ts";
import { OutboundSecrets } from "../../../src/safety/secrets/outbound_secrets.ts";
import { SecretRedactor } from "../../../src/safety/secrets/secret_redactor.ts";
import { TestServer, WORKSPACE_ID, workspaceAt } from "../support.ts";

const GET = {
  method: "GET",
  path: ["registry", WORKSPACE_ID, "peers"],
  timeoutMs: 10_000,
} as const;

/** A client whose look at the secrets ends when the test says so. */
function stageWith(server: TestServer) {
  const looked = Promise.withResolvers<void>();
  const live = async () => {
    await looked.promise;
    return ["secret-of-a-file"];
  };
  const outbound = new OutboundSecrets(new SecretRedactor(), live);
  return { client: new PlatformClient(workspaceAt(server.url), { outbound }), looked };
}

Deno.test("text of the agent's is sent only when the secrets have been looked up", async () => {
  const id = "secret-of-a-file";
  for (
    const call of [
      { ...GET, method: "POST" as const, json: { text: id } },
      { ...GET, path: ["registry", "discover", id] },
      { ...GET, query: { q: id } },
    ]
  ) {
    await using server = new TestServer(() => Response.json({}));
    const { client, looked } = stageWith(server);
    const answered = client.request(call);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assertEquals(server.received.length, 0);
    looked.resolve();
    await answered;
    const [{ target = "", body = "" } = {}] = server.received;
    assertEquals((target + body).includes(id), false, target + body);
  }
});

Deno.test("without any it is sent meanwhile, and answered when they are looked up", async () => {
  for (const status of [200, 404]) {
    await using server = new TestServer(() => Response.json({}, { status }));
    const { client, looked } = stageWith(server);
    let isAnswered = false;
    const answered = client.request(GET)
      .catch((error) => assertEquals(error.status, 404))
      .finally(() => isAnswered = true);
    await server.until(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assertEquals(isAnswered, false);
    looked.resolve();
    await answered;
  }
});
