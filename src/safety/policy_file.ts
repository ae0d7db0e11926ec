import { join } from "@std/path";
import { decodeText } from "../lib/decode_text.ts";
import { throughFile } from "../lib/files/through_file.ts";
import { READ_ATTEMPTS, whileHeld } from "../lib/files/while_held.ts";
import { DEFAULT_ROLE, isKnownRole, type Policy } from "./roles.ts";

const FILE_NAME = "config.yaml";
const MAX_BYTES = 256 * 1024;
/** Enough for a file that reuses a few blocks, far too few for one that multiplies itself. */
const MAX_ALIASES = 50;
const FIRST_ORDINARY_TIER = 1;

/** Why the file cannot be used: the end of a sentence that begins with its path. */
class PolicyProblem extends Error {
  override readonly name = "PolicyProblem";
}

/**
 * Reads roles and tier from `config.yaml` (tests/README.md, "Roles and permissions").
 *
 * No file, or one that this program was given no permission to look at: the role `operator` and the
 * fallback tier. A file that cannot be understood grants nothing: somebody wrote it to limit this
 * workspace, and any other answer could be more than they meant. Reading messages and other calls
 * without a gate go on working, so the agent stays reachable.
 *
 * @param configDir `undefined`: there is no file
 * @param report takes one line for the user about a file that cannot be used as it is
 * @param fallbackTier the tier when the file names none
 */
export async function loadPolicy(
  configDir: string | undefined,
  report: (line: string) => void,
  fallbackTier = FIRST_ORDINARY_TIER,
): Promise<Policy> {
  const path = configDir === undefined ? FILE_NAME : join(configDir, FILE_NAME);
  try {
    const text = configDir === undefined ? undefined : await readText(path);
    const policy = toPolicy(text === undefined ? null : await parseYaml(text), fallbackTier);
    for (const role of policy.roles) {
      if (isKnownRole(role) || policy.allowedActions.has(role)) continue;
      report(
        `${path}: the role ${
          JSON.stringify(role)
        } is not known and grants nothing. Use one of the ` +
          "built-in roles, or list its actions under rbac.allowed_actions.",
      );
    }
    return policy;
  } catch (error) {
    if (!(error instanceof PolicyProblem)) throw error;
    report(
      `Cannot use ${path}: ${error.message}. Until it is corrected and this program is restarted, ` +
        "delegating, messages to the user, memory and the agent card are refused.",
    );
    return {
      roles: [],
      allowedActions: new Map(),
      tier: Math.max(fallbackTier, FIRST_ORDINARY_TIER),
    };
  }
}

/** @returns undefined when there is no such file. */
async function readText(path: string): Promise<string | undefined> {
  try {
    // The look comes first because opening a named pipe would wait for a writer.
    const info = await Deno.stat(path);
    if (!info.isFile) throw new PolicyProblem("expected a regular file");
    if (info.size > MAX_BYTES) {
      throw new PolicyProblem(`expected at most ${MAX_BYTES} bytes, got ${info.size}`);
    }
    const text = decodeText(await whileHeld(() => Deno.readFile(path), READ_ATTEMPTS));
    if (text === undefined) throw new PolicyProblem("expected UTF-8 text");
    return text.replace(/^\ufeff/, "");
  } catch (error) {
    if (error instanceof PolicyProblem) throw error;
    if (error instanceof Deno.errors.NotCapable) return undefined;
    const cause = error instanceof Deno.errors.NotFound ? await throughFile(path) : error;
    if (cause === undefined) return undefined;
    throw new PolicyProblem(`cannot read it (${cause instanceof Error ? cause.name : "unknown"})`);
  }
}

async function parseYaml(text: string): Promise<unknown> {
  // Few workspaces have such a file: the others do not pay for the parser at every start.
  const { LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      logLevel: "silent",
      prettyErrors: false, // The pretty ones quote the file, which may hold secrets.
    });
    const [error] = document.errors;
    if (error) {
      const { line, col } = lines.linePos(error.pos[0]);
      throw new PolicyProblem(`line ${line}, column ${col} is not valid YAML (${error.code})`);
    }
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    if (error instanceof PolicyProblem) throw error;
    // Too many aliases, or nesting that exhausts the parser.
    throw new PolicyProblem("expected plain YAML without deep nesting or many aliases");
  }
}

function toPolicy(config: unknown, fallbackTier: number): Policy {
  const { rbac, tier } = mapping("the file", config);
  const { roles, allowed_actions: lists } = mapping("rbac", rbac);
  return {
    roles: roles === undefined ? [DEFAULT_ROLE] : names("rbac.roles", roles),
    allowedActions: new Map(
      Object.entries(mapping("rbac.allowed_actions", lists))
        .map(([role, actions]) => [role, names(`rbac.allowed_actions.${role}`, actions)]),
    ),
    tier: tier === undefined || tier === null ? fallbackTier : tierNumber(tier),
  };
}

/** A section may be left empty, which YAML reads as null. */
function mapping(what: string, value: unknown): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new PolicyProblem(`expected ${what} to be a mapping`);
}

function names(what: string, value: unknown): string[] {
  if (Array.isArray(value) && value.every((name) => typeof name === "string")) return value;
  throw new PolicyProblem(`expected ${what} to be a list of names`);
}

function tierNumber(tier: unknown): number {
  if (typeof tier === "number" && Number.isInteger(tier) && tier >= 0) return tier;
  throw new PolicyProblem("expected tier to be a whole number from 0");
}
