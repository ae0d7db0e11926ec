import { assert, assertEquals } from "@std/assert";
import { parseDelegation } from "../../src/config/delegation.ts";
import { environment } from "./support.ts";

const DEFAULTS = {
  viaQueue: false,
  pollBudgetMs: 300_000,
  totalBudgetMs: 600_000,
  readTimeoutMs: 300_000,
  maxAttempts: 5,
};

function parsed(variables: Readonly<Record<string, string>>) {
  const notices: string[] = [];
  return { settings: parseDelegation(environment(variables), notices), notices };
}

Deno.test("unset: 300 s to poll, 600 s in all, 300 s a read, 5 attempts", () => {
  assertEquals(parsed({}), { settings: DEFAULTS, notices: [] });
});

Deno.test("each ceiling is read, in seconds", () => {
  const { settings, notices } = parsed({
    DELEGATION_TIMEOUT: "10",
    A2A_DELEGATE_TOTAL_BUDGET: "0.5",
    A2A_DELEGATE_READ_TIMEOUT: "20.25",
    A2A_DELEGATE_MAX_ATTEMPTS: "2",
  });
  assertEquals(notices, []);
  assertEquals(settings, {
    viaQueue: false,
    pollBudgetMs: 10_000,
    totalBudgetMs: 500,
    readTimeoutMs: 20_250,
    maxAttempts: 2,
  });
});

const CEILINGS = [
  "DELEGATION_TIMEOUT",
  "A2A_DELEGATE_TOTAL_BUDGET",
  "A2A_DELEGATE_READ_TIMEOUT",
  "A2A_DELEGATE_MAX_ATTEMPTS",
];
for (const name of CEILINGS) {
  for (const value of ["soon", "0", "-1", "-0.5", "Infinity", "1e999", "12s"]) {
    Deno.test(`${name}=${value} leaves the default and is noticed`, () => {
      const { settings, notices } = parsed({ [name]: value });
      assertEquals(settings, DEFAULTS);
      assertEquals(notices.length, 1);
      assert(notices[0]?.startsWith(`Ignoring ${name}:`));
    });
  }
}

Deno.test("a time longer than a timer can take leaves the default: it would fire at once", () => {
  assertEquals(parsed({ A2A_DELEGATE_READ_TIMEOUT: "2147483" }).notices, []);
  const { settings, notices } = parsed({ A2A_DELEGATE_READ_TIMEOUT: "2147484" });
  assertEquals(settings.readTimeoutMs, 300_000);
  assertEquals(notices.length, 1);
});

Deno.test("a fractional number of attempts leaves the default", () => {
  assertEquals(parsed({ A2A_DELEGATE_MAX_ATTEMPTS: "2.5" }).settings.maxAttempts, 5);
});

Deno.test("delegation through the queue is asked for with exactly 1", () => {
  assertEquals(parsed({ DELEGATION_SYNC_VIA_INBOX: "1" }).settings.viaQueue, true);
  for (const value of ["0", "true", "yes", "11"]) {
    assertEquals(parsed({ DELEGATION_SYNC_VIA_INBOX: value }).settings.viaQueue, false);
  }
});
