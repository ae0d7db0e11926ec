import { assertEquals } from "@std/assert";
import { APPLICABLE, NOT_APPLICABLE, strangers } from "../../scripts/conformance/scenarios.ts";
import { objections } from "../../scripts/conformance/verdict.ts";

const listed = [...APPLICABLE.map(({ name }) => name), ...NOT_APPLICABLE.keys()];

Deno.test("no scenario is listed twice", () => {
  assertEquals(listed.filter((name, at) => listed.indexOf(name) !== at), []);
});

Deno.test("a scenario that is in neither list is noticed, and one that is gone", () => {
  assertEquals(strangers(listed), { unlisted: [], gone: [] });
  const [first = "", ...others] = listed;
  assertEquals(strangers([...others, "brand-new"]), { unlisted: ["brand-new"], gone: [first] });
});

Deno.test("a scenario passes when nothing in it failed or warned", () => {
  assertEquals(objections([{ id: "a", status: "SUCCESS" }, { id: "b", status: "SKIPPED" }]), []);
  const checks = [
    { id: "a", status: "SUCCESS" },
    { id: "b", status: "FAILURE", errorMessage: "no" },
    { id: "c", status: "WARNING", description: "odd" },
  ] as const;
  assertEquals(objections(checks), ["FAILURE b: no", "WARNING c: odd"]);
});

Deno.test("an exception excuses its own check only, and must be needed", () => {
  const except = { b: "why" };
  const checks = [{ id: "a", status: "SUCCESS" }, { id: "b", status: "FAILURE" }] as const;
  assertEquals(objections(checks, except), []);
  assertEquals(objections([checks[0]], except), ["b is listed as an exception, but did not fail"]);
  assertEquals(objections([checks[1]], except), ["no check succeeded"]);
});
