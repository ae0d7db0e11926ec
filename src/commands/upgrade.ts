import { EXIT } from "../cli/exit_codes.ts";
import { readTrimmed, type ReadVariable } from "../config/environment.ts";
import { homeDirectory } from "../config/paths.ts";
import { VERSION } from "../version.ts";
import type { Command } from "./support/command.ts";
import { UsageError, WITHOUT_IDENTITY } from "./support/usage.ts";
import { type OwnPlace, upgradeOf } from "./upgrade/installation.ts";
import {
  GITHUB,
  LookUpError,
  newestRelease,
  type ReleaseSource,
  releaseTitle,
} from "./upgrade/newest_release.ts";
import { compareVersions, parseVersion } from "./upgrade/version.ts";

const TIMEOUT_MS = 10_000;
/** Of `--check`: not 1 to 3, which mean the same for every command (src/cli/exit_codes.ts). */
const NEWER_EXISTS = 4;

/** Says whether there is a newer release, and how this installation gets it. */
export const upgrade: Command = {
  usage: {
    flags: {
      check: { type: "boolean", meaning: "exit with 4 when there is a newer release" },
      json: { type: "boolean", meaning: "as JSON" },
    },
    refused: WITHOUT_IDENTITY,
    notes: [
      "It changes nothing: it prints the command that upgrades this installation. It asks GitHub, " +
      "or the mirror that MOLECULE_MCP_BASE_URL names, and sends nothing of yours.",
      "Exit codes: 0 it could look; 1 it could not; with --check, 4 when there is a newer release.",
    ],
  },
  async run(args, { terminal, read, signal }) {
    const source = releaseSource(read);
    const current = parseVersion(VERSION);
    if (!current) throw new Error(`${VERSION} is no version`);
    let newest;
    try {
      newest = await newestRelease(source, { signal, timeoutMs: TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof LookUpError)) throw error;
      if (signal.aborted) {
        terminal.note("Interrupted.");
        return EXIT.interrupted;
      }
      terminal.error(`cannot find out the newest release: ${error.message}.`);
      terminal.note(`This is molecule-mcp ${VERSION}. To look by hand: ${source.base}`);
      return EXIT.failed;
    }
    const { version, url } = newest;
    const order = compareVersions(version, current);
    const title = order > 0 ? await releaseTitle(source, { version, signal }) : undefined;
    const how = upgradeOf(ownPlace(read), {
      current: current.text,
      version: version.text,
      base: source.base,
    });
    const exitCode = order > 0 && args.isSet("check") ? NEWER_EXISTS : EXIT.ok;
    if (args.isSet("json")) {
      terminal.json({
        current: VERSION,
        newest: version.text,
        newer: order > 0,
        title: title ?? null,
        url,
        installation: how.kind,
        advice: order > 0 ? how.advice.join(" ") : null,
        command: order > 0 ? how.command ?? null : null,
      });
      return exitCode;
    }
    if (order === 0) terminal.print(`molecule-mcp ${VERSION} is the newest release.`);
    else if (order < 0) {
      terminal.print(`molecule-mcp ${VERSION} is newer than the newest release, ${version.text}.`);
    } else {
      terminal.print(`molecule-mcp ${VERSION} can be upgraded to ${version.text}.`);
      terminal.print(`What is new: ${title === undefined ? "" : `${title} - `}${url}`);
      for (const line of how.advice) terminal.print(line);
      if (how.command !== undefined) terminal.print(`  ${how.command}`);
    }
    return exitCode;
  },
};

/** @throws {UsageError} without quoting it: it may hold a password */
function releaseSource(read: ReadVariable): ReleaseSource {
  const text = readTrimmed(read, "MOLECULE_MCP_BASE_URL");
  if (text === undefined) return GITHUB;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url && url.username === "" && url.password === "" && url.search === "" &&
    url.hash === "" && /^https?:$/.test(url.protocol);
  if (!isPlain) {
    throw new UsageError(
      "MOLECULE_MCP_BASE_URL must be an http or https URL without a user, a query or a fragment",
    );
  }
  const base = url.href.replace(/\/+$/, "");
  return base === GITHUB.base ? GITHUB : { base };
}

function ownPlace(read: ReadVariable): OwnPlace {
  const home = homeDirectory(read);
  const localAppData = readTrimmed(read, "LOCALAPPDATA");
  return {
    moduleUrl: import.meta.url,
    os: Deno.build.os,
    ...(Deno.build.standalone && { executable: Deno.execPath() }),
    ...(home !== undefined && { home }),
    ...(localAppData !== undefined && { localAppData }),
  };
}
