/** What the doctor gives to paste, where somebody else chose a part of it. */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { checkPush } from "../../src/commands/doctor/clients.ts";
import { connectionFailure } from "../../src/commands/probe/connection_failure.ts";
import type { Finding } from "../../src/commands/doctor/finding.ts";
import { checkNetwork } from "../../src/commands/probe/network.ts";
import {
  logIn,
  setPlatformUrl,
  setVariable,
  showAccess,
} from "../../src/commands/doctor/next_step.ts";
import type { PlatformProbe } from "../../src/commands/probe/probe_platform.ts";
import { PlatformError } from "../../src/platform/errors/platform_error.ts";
import { NO_SHELL, testUnless } from "../support/test_unless.ts";
import { withEntry } from "./doctor/stage.ts";

const IS_COMMAND = /^(export|\$env:|molecule-mcp |claude )/;

function probe(
  origin: string,
  record: PlatformProbe["record"],
  isUrlSaved = false,
): PlatformProbe {
  return {
    target: {
      url: { base: origin, origin, exposed: false },
      isUrlSaved,
      bypassProxy: false,
    },
    health: record,
    record,
    tokens: [],
    answeredAtMs: 0,
  };
}

function redirect(origin: string, location: string, isUrlSaved = false): Finding {
  const record = { status: 302, headers: new Headers({ location }) };
  const [finding] = checkNetwork(probe(origin, record, isUrlSaved));
  assert(finding);
  assertEquals(finding.cause, "network.redirect");
  return finding;
}

Deno.test("a redirect to the same host is a command", () => {
  for (
    const [origin, location, to] of [
      ["http://acme.lan", "https://acme.lan/", "https://acme.lan"],
      ["https://acme.example", "https://www.acme.example/x", "https://www.acme.example"],
      ["https://www.acme.example", "//acme.example/", "https://acme.example"],
      ["http://localhost:8080", "https://localhost:8080/", "https://localhost:8080"],
      ["http://[::1]", "https://[::1]/", "https://[::1]"],
    ] as const
  ) {
    assertEquals(redirect(origin, location).next, setVariable("PLATFORM_URL", to));
    assertMatch(redirect(origin, location, true).next ?? "", IS_COMMAND);
  }
});

Deno.test("a redirect to anywhere else is no command", () => {
  for (
    const [origin, location, host] of [
      ["https://acme.example", "https://evil.example/", "evil.example"],
      ["https://acme.example", "https://acme.example.evil.example/", "acme.example.evil.example"],
      ["https://acme.example", "https://evil.acme.example/", "evil.acme.example"],
      ["https://acme.example", "https://[2001:db8::1]/", "[2001:db8::1]"],
      // The same host, and yet not the same program, or the token in clear text.
      ["https://acme.example", "https://acme.example:8443/", "acme.example"],
      ["https://localhost", "http://localhost/", "localhost"],
      ["https://acme.example", "http://www.acme.example/", "www.acme.example"],
    ] as const
  ) {
    for (const isSaved of [false, true]) {
      const { text, next = "" } = redirect(origin, location, isSaved);
      assert(text.includes(`to ${host}`), text);
      assertNotMatch(next, IS_COMMAND);
      assert(!next.includes(host), next);
    }
  }
});

Deno.test("a host that is more than a host's name is not shown", () => {
  for (const host of ["$(touch${IFS}x)", "`id`", "a;id", "a'b", 'a"b', "a&b", "a!b"]) {
    const { text, next = "" } = redirect("https://acme.example", `https://${host}/`);
    assertMatch(text, /, to another host;/);
    assert(!(text + next).includes(host), text + next);
    assertNotMatch(next, IS_COMMAND);
  }
});

testUnless(NO_SHELL, "sh takes a command apart as it was meant", async () => {
  const evil = "x$(id)`id`\"; id; 'it\\";
  const target = { ...probe("https://acme.example", {}, true).target };
  for (
    const command of [
      setVariable("PLATFORM_URL", evil),
      setPlatformUrl(target, evil),
      setPlatformUrl({ ...target, isUrlSaved: false }, evil),
      showAccess(evil),
      logIn({ profile: evil }),
    ]
  ) {
    const script = `p() { printf '%s' "$*"; }; ${
      command.replace(/^(export|molecule-mcp|ls)/, "p")
    }`;
    const { stdout } = await new Deno.Command("sh", { args: ["-c", script] }).output();
    assert(new TextDecoder().decode(stdout).endsWith(evil), command);
  }
});

Deno.test("https is given up by command on this machine alone", () => {
  const cause = new TypeError("received corrupt message of type InvalidContentType");
  const error = new PlatformError("unreachable", "x", { maybeDelivered: false, cause });
  const next = (origin: string) => connectionFailure(probe(origin, { error }));
  assertEquals(
    next("https://127.0.0.1:8080").next,
    setVariable("PLATFORM_URL", "http://127.0.0.1:8080"),
  );
  for (const origin of ["https://acme.example", "https://8.8.8.8", "https://platform.lan"]) {
    const found = next(origin);
    assertEquals(found.cause, "network.needs_http");
    assertNotMatch(found.next ?? "", IS_COMMAND);
    assertNotMatch(found.next ?? "", /http:\/\/\w/);
  }
});

Deno.test("the name of an entry goes into a command only if it is a name and this program's", async () => {
  const next = async (entry: Parameters<typeof withEntry>[0]) =>
    checkPush(await withEntry(entry)())[0]?.next;
  const flag = "claude --dangerously-load-development-channels server:";
  assertEquals(await next({ name: "molecule-work_2" }), `${flag}molecule-work_2`);
  for (const name of ["molecule-$(id)", "molecule; id", "molecule-x\n", "a".repeat(65), ""]) {
    assertEquals(await next({ name }), undefined, name);
  }
  for (const pointsTo of ["another", "dead", "python", "foreign"] as const) {
    assertEquals(await next({ pointsTo }), undefined, pointsTo);
  }
});
