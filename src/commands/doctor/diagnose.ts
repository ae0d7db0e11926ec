import { bypassProxy } from "../../cli/bypass_proxy.ts";
import type { ReadVariable } from "../../config/environment.ts";
import { placeholderIn } from "../../config/placeholder.ts";
import { isTokenPlaceholder } from "../../config/token_text.ts";
import { withTimeout } from "../../lib/timeout.ts";
import { SecretRedactor } from "../../safety/secrets/secret_redactor.ts";
import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";
import { clientStep } from "../clients/next_step.ts";
import { checkClients, checkPush, type ClientLook, clientsThatSet } from "./clients.ts";
import { checkDelivery, lookAtDelivery, type RunningServer } from "./delivery.ts";
import type { Area, Finding } from "./finding.ts";
import { merged } from "./merged.ts";
import { brokenIn, judgeOnline, judgeTokens, lateIn, type WhoDelivers, whoseOf } from "./judge.ts";
import { withShownUrl } from "../support/shown_value.ts";
import { proxyOf } from "../probe/check_platform.ts";
import { type PlatformProbe, PROBE_MS, probePlatform } from "../probe/probe_platform.ts";
import { checkProgram, lookAtProgram, type ProgramLook } from "./program.ts";
import { rootCause } from "./root_cause.ts";
import { checkSettings } from "./settings.ts";
import { readSetup, type Setup } from "./setup.ts";
import { checkStateDir, type StateDirOptions } from "./state_dir.ts";
import { lookForToken, type TokenLook } from "./token_shape.ts";

/** Deadlines of everything together, in milliseconds. */
export const OFFLINE_MS = 2_000;
export const ONLINE_MS = PROBE_MS;
const MAX_TEXT = 600;

/** What the doctor looks at. */
export interface World {
  readonly read: ReadVariable;
  readonly profile?: string;
  readonly isOffline?: boolean;
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** The time, in milliseconds since the epoch. */
  readonly nowMs?: () => number;
  readonly program?: (read: ReadVariable) => Promise<ProgramLook>;
  readonly clients?: () => Promise<readonly ClientLook[]>;
  /** The servers that run with a state directory. */
  readonly servers?: (stateDir: string) => Promise<readonly RunningServer[]>;
  readonly stateDir?: StateDirOptions;
  /** Stands in for /configs. */
  readonly containerDir?: string;
  /** How long one request may take. */
  readonly askMs?: number;
  readonly deadlineMs?: number;
}

/** What was found, and what is most likely behind it. */
export interface Diagnosis {
  /** In the order in which they are told. */
  readonly findings: readonly Finding[];
  readonly first?: Finding;
}

/** Looks at everything side by side, and changes nothing. */
export async function diagnose(world: World): Promise<Diagnosis> {
  const { read, isOffline = false } = world;
  const deadline = new AbortController();
  const deadlineMs = world.deadlineMs ?? (isOffline ? OFFLINE_MS : ONLINE_MS);
  const timer = setTimeout(() => deadline.abort(), deadlineMs);
  const signal = AbortSignal.any([world.signal, deadline.signal]);
  try {
    const broken = new Map<Area, Finding[]>();
    const inTime = async <T>(area: Area, work: Promise<T>): Promise<T | undefined> => {
      try {
        return await withTimeout(work, deadlineMs, signal);
      } catch (error) {
        broken.set(area, brokenIn(area, error));
        return undefined;
      }
    };
    const without = (area: Area) => broken.get(area) ?? lateIn(area);
    const [setup, program] = await Promise.all([
      inTime("settings", readSetup(read, world)),
      inTime("program", (world.program ?? lookAtProgram)(read)),
    ]);
    if (!setup || !program) return nothingKnown(setup ? without("program") : without("settings"));
    const looks = await Promise.all(
      setup.tokens.map((places) => inTime("token", lookForToken(setup, places))),
    );
    const state = await inTime("state", checkStateDir(setup, world.stateDir));
    // Whoever owns the directory may have written the address of a platform into it.
    const isForeign = state?.some(({ cause }) => cause === "state.foreign") ?? false;
    const [clients, delivered, probed] = await Promise.all([
      inTime("clients", (world.clients ?? nobody)()),
      inTime("delivery", deliveries(setup, world.servers)),
      isOffline ? [] : probes(setup, isForeign ? [] : looks, { ...world, signal }),
    ]);
    const nowMs = (world.nowMs ?? Date.now)();
    // With settings that are wrong no client's server does anything.
    const start = clients && setup.problems.length === 0
      ? clientStep(clients, world.profile)
      : undefined;
    const findings = [
      ...checkProgram(program),
      ...checkSettings(setup, clientsThatSet("WORKSPACE_ID", clients ?? [])),
      ...state ?? without("state"),
      ...judgeTokens(setup, looks, probed),
      ...judgeOnline(setup, probed, delivered ?? [], {
        isOffline,
        nowMs,
      }),
      ...delivered?.flatMap(({ whose, delivery }) =>
        checkDelivery(delivery, { whose, nowMs, start })
      ) ?? without("delivery"),
      ...clients ? [...checkClients(clients), ...checkPush(clients)] : without("clients"),
    ];
    const redactor = secretsOf(setup, looks);
    const shown = cleaned(merged(findings), (text) =>
      setup.targets.reduce(
        (shown, { url }) => withShownUrl(shown, url.base),
        redactor.redactKnown(text),
      ));
    const first = rootCause(shown);
    return { findings: shown, ...(first && { first }) };
  } finally {
    clearTimeout(timer);
    deadline.abort();
  }
}

function nobody(): Promise<readonly ClientLook[]> {
  return Promise.resolve([]);
}

async function deliveries(setup: Setup, findServers: World["servers"]): Promise<WhoDelivers[]> {
  const { state, targets } = setup;
  if (!state) return [];
  const servers = await findServers?.(state.path);
  return await Promise.all(
    targets.flatMap(({ id }) => id === undefined ? [] : [id]).map(async (id) => ({
      id,
      whose: whoseOf(setup, id),
      delivery: await lookAtDelivery(state.path, id, servers),
    })),
  );
}

async function probes(
  { targets, value }: Setup,
  looks: readonly (TokenLook | undefined)[],
  { signal, nowMs = Date.now, askMs }: World,
): Promise<PlatformProbe[]> {
  // Before the first request: `fetch` reads NO_PROXY once.
  bypassProxy(
    targets.map(({ id = "", url, bypassProxy }) => ({ id, platformUrl: url, bypassProxy })),
  );
  const proxy = proxyOf(value);
  const options = {
    signal,
    nowMs,
    ...(proxy !== undefined && { proxy }),
    ...(askMs !== undefined && { askMs }),
  };
  return await Promise.all(
    targets.map((target, index) => probePlatform(target, looks[index]?.tokens ?? [], options)),
  );
}

function nothingKnown(findings: readonly Finding[]): Diagnosis {
  const [first] = findings;
  return { findings, ...(first && { first }) };
}

function secretsOf(setup: Setup, looks: readonly (TokenLook | undefined)[]): SecretRedactor {
  const redactor = new SecretRedactor(setup.targets.flatMap(({ id }) => id ?? []));
  const found = looks.flatMap((look) => look?.secrets ?? []);
  for (const secret of [...found, setup.read("MOLECULE_WORKSPACE_TOKEN") ?? ""]) {
    if (!isStandIn(secret)) redactor.add(secret);
  }
  return redactor;
}

/** What only stands for a token is no secret, unless it has a default, and may be shown. */
function isStandIn(text: string): boolean {
  const isReference = placeholderIn(text) !== undefined && !/:[-=?+]/.test(text);
  return isReference || isTokenPlaceholder(text);
}

/** Whoever wrote a part of a line, a terminal can show it, and no secret is in it. */
function cleaned(findings: readonly Finding[], redact: (text: string) => string): Finding[] {
  return findings.map((finding) => ({
    ...finding,
    text: cleanLine(redact(finding.text), MAX_TEXT) ?? "",
    ...(finding.next !== undefined && {
      next: cleanLine(redact(finding.next)) ?? "",
    }),
  }));
}
