import { basename, dirname, fromFileUrl, join } from "@std/path";
import { ownStart } from "../../cli/own_program.ts";
import { GITHUB } from "./newest_release.ts";
import { shellQuote } from "../../lib/shell_quote.ts";

/** How this program got here. */
export type InstallationKind =
  | "executable"
  | "renamed"
  | "mcpb"
  | "npx"
  | "npm"
  | "url"
  | "file"
  | "source";

/** What this program can tell of its own place. */
export interface OwnPlace {
  /** Of a module of this program. */
  readonly moduleUrl: string;
  /** The path of the executable, if it is one. */
  readonly executable?: string;
  readonly os: typeof Deno.build.os;
  readonly home?: string;
  /** %LOCALAPPDATA%. */
  readonly localAppData?: string;
}

/** How this installation is upgraded. */
export interface Upgrade {
  readonly kind: InstallationKind;
  /** Lines for people, before the command. */
  readonly advice: readonly string[];
  /** To paste into a shell: sh, or PowerShell on Windows. */
  readonly command?: string;
}

/** Tells the kind from the places where each kind lies. */
export function installationKind(place: OwnPlace): InstallationKind {
  const { moduleUrl, executable = "" } = place;
  const { form } = ownStart(() => undefined, {
    standalone: place.executable !== undefined,
    execPath: () => executable,
    mainModule: moduleUrl,
  });
  if (form === "executable") {
    if (/[\\/]Claude Extensions[\\/]/i.test(executable)) return "mcpb";
    return /^molecule-mcp(\.exe)?$/i.test(basename(executable)) ? "executable" : "renamed";
  }
  if (form !== "deno") return form;
  return moduleUrl.startsWith("file:") ? "file" : "url";
}

/**
 * What to do to get another version.
 *
 * @param current the version that runs
 * @param version the version to get
 * @param base where releases are
 */
export function upgradeOf(
  place: OwnPlace,
  { current, version, base }: {
    readonly current: string;
    readonly version: string;
    readonly base: string;
  },
): Upgrade {
  const kind = installationKind(place);
  const restart = "Then restart the MCP clients.";
  switch (kind) {
    case "executable":
      return {
        kind,
        advice: [`This upgrades ${place.executable}. ${restart}`],
        command: installerCommand(place, base),
      };
    case "renamed":
      return {
        kind,
        advice: [
          `Replace ${place.executable} by the file for this system from ${base}/tag/v${version}. ` +
          restart,
        ],
      };
    case "mcpb":
      return {
        kind,
        advice: [
          `Download the .mcpb file from ${base}/tag/v${version}, and open it in Claude Desktop.`,
        ],
      };
    case "npx":
      return {
        kind,
        advice: [
          "npx needs no upgrade: it fetches the version that the client's entry names. In the entry, " +
          `molecule-mcp or molecule-mcp@${current} becomes molecule-mcp@${version}. ${restart}`,
        ],
      };
    case "npm": {
      const isGlobal = /\/(lib|npm|pnpm-global|global)\/(5\/)?node_modules\//.test(place.moduleUrl);
      return {
        kind,
        advice: [restart],
        command: `npm install ${isGlobal ? "--global " : ""}molecule-mcp@${version}`,
      };
    }
    case "url":
      return { kind, ...ofUrl(place.moduleUrl, version) };
    case "file":
      return {
        kind,
        advice: [
          `In ${
            dirname(fromFileUrl(place.moduleUrl))
          }, replace both files by molecule-mcp.js and molecule-mcp-more.js ` +
          `from ${base}/tag/v${version}. ${restart}`,
        ],
      };
    case "source":
      return { kind, advice: ["This runs from its source."], command: "git pull" };
  }
}

function installerCommand(place: OwnPlace, base: string): string {
  const { os, executable = "", home, localAppData } = place;
  const directory = dirname(executable);
  const isMirror = base !== GITHUB.base;
  if (os === "windows") {
    const usual = localAppData && join(localAppData, "Programs", "molecule-mcp");
    const isUsual = usual?.toLowerCase() === directory.toLowerCase();
    return [
      ...isMirror ? [`$env:MOLECULE_MCP_BASE_URL = ${shellQuote(base, os)}`] : [],
      ...isUsual
        ? []
        : [`$env:MOLECULE_MCP_INSTALL_DIR = ${shellQuote(directory.replaceAll("/", "\\"), os)}`],
      `irm ${isMirror ? shellQuote(installer(base, "ps1"), os) : installer(base, "ps1")} | iex`,
    ].join("; ");
  }
  const isUsual = home !== undefined && directory === join(home, ".local", "bin");
  const settings = [
    ...isMirror ? [`MOLECULE_MCP_BASE_URL=${shellQuote(base, os)} `] : [],
    ...isUsual ? [] : [`MOLECULE_MCP_INSTALL_DIR=${shellQuote(directory, os)} `],
  ].join("");
  const script = installer(base, "sh");
  return `curl -fsSL ${isMirror ? shellQuote(script, os) : script} | ${
    settings === "" ? "" : `env ${settings}`
  }sh`;
}

function installer(base: string, kind: "sh" | "ps1"): string {
  return `${base}/latest/download/install.${kind}`;
}

/** The address that a client's entry has, rather than that of the second file. */
function ofUrl(moduleUrl: string, version: string): Pick<Upgrade, "advice" | "command"> {
  const url = moduleUrl.replace(/molecule-mcp-more\.js$/, "molecule-mcp.js");
  const newer = url.replace(/\/download\/v[^/]+\//, `/download/v${version}/`);
  return newer === url
    ? {
      advice: ["Deno keeps what it has fetched. Then restart the MCP clients."],
      command: `deno cache --reload ${url}`,
    }
    : { advice: [`In the client's entry, ${url} becomes ${newer}. Then restart the MCP client.`] };
}
