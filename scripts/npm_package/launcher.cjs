#!/usr/bin/env node
// Starts molecule-mcp under the deno of the npm package "deno", with the permissions that the
// executables have. It is otherwise invisible: streams, signals and the exit code pass through.
"use strict";

const { spawn } = require("node:child_process");
const { join } = require("node:path");

let deno;
try {
  deno = require("deno/install_api.cjs").runInstall();
} catch (error) {
  console.error(`molecule-mcp: cannot find a deno for this system: ${error.message}`);
  process.exit(1);
}

const { flags } = require("./permissions.json");
const child = spawn(
  deno,
  [
    "run",
    "--quiet",
    "--no-config",
    "--no-lock",
    "--no-remote",
    "--no-npm",
    ...flags,
    join(__dirname, "molecule-mcp.js"),
    ...process.argv.slice(2),
  ],
  {
    stdio: "inherit",
    // MOLECULE_MCP_NPM: `install` then writes npx into clients' files, not what is in npm's cache.
    env: { ...process.env, DENO_NO_UPDATE_CHECK: "1", MOLECULE_MCP_NPM: "1" },
  },
);

const signals = process.platform === "win32"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];
for (const signal of signals) process.on(signal, () => child.kill(signal));

child.on("error", (error) => {
  console.error(`molecule-mcp: cannot start ${deno}: ${error.message}`);
  process.exit(1);
});
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code);
  // Ends as the program ended.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
