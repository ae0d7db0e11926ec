import { assertEquals } from "@std/assert";
import { runtimeIdentity } from "../../src/config/runtime_identity.ts";
import { environment } from "./support.ts";

function shownAddress(address: string): string | undefined {
  return runtimeIdentity(environment({ ANTHROPIC_BASE_URL: address }), "ws").anthropic_base_url;
}

Deno.test("what is not set is shown as empty", () => {
  assertEquals(runtimeIdentity(environment({}), "ws-1"), {
    model: "",
    model_provider: "",
    molecule_model: "",
    anthropic_base_url: "",
    tier: "",
    workspace_id: "ws-1",
    runtime: "",
  });
});

Deno.test("what is set is shown", () => {
  const shown = runtimeIdentity(
    environment({
      MODEL: "m",
      MODEL_PROVIDER: "p",
      MOLECULE_MODEL: "mm",
      ANTHROPIC_BASE_URL: "https://llm.example/v1",
      TIER: "2",
      ADAPTER_MODULE: "adapter",
    }),
    "ws-1",
  );
  assertEquals(Object.values(shown), [
    "m",
    "p",
    "mm",
    "https://llm.example/v1",
    "2",
    "ws-1",
    "adapter",
  ]);
});

Deno.test("user name and password of an address are not shown", () => {
  assertEquals(
    shownAddress("https://user:hunter2@llm.example/v1?a=1"),
    "https://llm.example/v1?a=1",
  );
  assertEquals(shownAddress("https://hunter2@llm.example/"), "https://llm.example/");
  assertEquals(shownAddress("user:hunter2@llm.example"), "llm.example");
  assertEquals(shownAddress("https://user:hun/ter2@llm.example"), "llm.example");
  assertEquals(shownAddress("https://user:hunter2@"), "");
});

Deno.test("an @ elsewhere in an address stays", () => {
  assertEquals(shownAddress("https://llm.example/@v1"), "https://llm.example/@v1");
});
