import { assert, assertEquals } from "@std/assert";
import { compareVersions, parseVersion } from "../../../src/commands/upgrade/version.ts";

/** As in semver.org, 11, and beyond. */
const IN_ORDER = [
  "0.0.9",
  "0.1.0-alpha",
  "0.1.0-rc.1",
  "0.1.0",
  "0.10.0",
  "1.0.0-2",
  "1.0.0-10",
  "1.0.0-alpha",
  "1.0.0-alpha.1",
  "1.0.0-alpha.beta",
  "1.0.0-beta",
  "1.0.0-beta.2",
  "1.0.0-beta.11",
  "1.0.0-rc.1",
  "1.0.0",
  "2.0.0",
  "10.0.0",
];

Deno.test("versions are ordered as semver.org says", () => {
  for (const [at, text] of IN_ORDER.entries()) {
    for (const [otherAt, otherText] of IN_ORDER.entries()) {
      const [a, b] = [parseVersion(text), parseVersion(otherText)];
      assert(a && b);
      assertEquals(
        Math.sign(compareVersions(a, b)),
        Math.sign(at - otherAt),
        `${text} ${otherText}`,
      );
    }
  }
});

Deno.test("the build part and a v change nothing", () => {
  assertEquals(parseVersion("v1.2.3+build.5"), parseVersion("1.2.3"));
  assertEquals(parseVersion(" v1.2.3-rc.1 ")?.text, "1.2.3-rc.1");
});

Deno.test("what is no version is none", () => {
  const wrong = [
    ...["", "latest", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-a..b", "1.2.3 && rm -rf"],
    ...["1.2.3-$(id)", "-1.2.3", "9999999999.0.0", `1.0.0-${"a".repeat(65)}`, "1.2.3\n1.2.4"],
  ];
  for (const text of wrong) assertEquals(parseVersion(text), undefined, text);
});
