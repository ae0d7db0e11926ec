import { assertEquals, assertThrows } from "@std/assert";
import { ToolInputError } from "../../../src/tools/support/errors.ts";
import { parseAttachments } from "../../../src/tools/attachments/parse_attachments.ts";

Deno.test("attachments are a list of paths or objects; nothing is dropped silently", () => {
  assertEquals(parseAttachments(undefined), []);
  assertEquals(parseAttachments(null), []);
  assertEquals(parseAttachments([" /a ", { path: "/b" }, { file_path: "/c" }]), [
    { path: "/a" },
    { path: "/b" },
    { path: "/c" },
  ]);
  assertEquals(
    parseAttachments([{ uri: "u", name: "n", mimeType: "a/b", size: 1.5 }]),
    [{ uploaded: { uri: "u", name: "n", mimeType: "a/b" } }],
  );
  for (const value of ["/a", {}, 5, true]) {
    assertThrows(() => parseAttachments(value), ToolInputError, "must be an array");
  }
  for (const entry of ["", " ", 5, null, {}, { uri: "u" }, { name: "n" }, ["/a"], { path: "" }]) {
    assertThrows(
      () => parseAttachments(["/a", entry]),
      ToolInputError,
      "Error: invalid attachment at [1]: expected an absolute file path",
    );
  }
});
