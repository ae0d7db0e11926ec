import { assertEquals } from "@std/assert";
import { executableName, ownTarget, systemOf, TARGETS } from "../../scripts/release/targets.ts";
import { fakeExecutable } from "./testing.ts";

Deno.test("every target has an executable with its own name", () => {
  assertEquals(TARGETS.map(executableName), [
    "molecule-mcp-linux-x86_64",
    "molecule-mcp-linux-aarch64",
    "molecule-mcp-macos-x86_64",
    "molecule-mcp-macos-aarch64",
    "molecule-mcp-windows-x86_64.exe",
    "molecule-mcp-windows-aarch64.exe",
  ]);
});

Deno.test("an executable's header tells its system", () => {
  for (
    const system of ["linux x86_64", "linux aarch64", "macos aarch64", "windows x86_64"] as const
  ) {
    const found = systemOf(fakeExecutable(system));
    assertEquals(`${found?.os} ${found?.arch}`, system);
  }
});

Deno.test("what is not an executable has no system", () => {
  assertEquals(systemOf(new Uint8Array(0)), undefined);
  assertEquals(systemOf(new Uint8Array(512)), undefined);
  assertEquals(systemOf(new TextEncoder().encode("#!/bin/sh\n".padEnd(512))), undefined);
  // Begins like a Windows program, and ends before its header.
  assertEquals(systemOf(fakeExecutable("windows x86_64").subarray(0, 130)), undefined);
});

Deno.test("the deno that runs this is for the system of this machine", async () => {
  const { firstBytes } = await import("../../scripts/release/files.ts");
  const found = systemOf(await firstBytes(Deno.execPath(), 4096));
  assertEquals(found?.os, ownTarget()?.os);
  assertEquals(found?.arch, ownTarget()?.arch);
});
