import { cleanLine } from "../../safety/untrusted/untrusted_text.ts";
import { type Finding, findingsOf } from "../doctor/finding.ts";
import { setPlatformUrl, setVariable } from "../doctor/next_step.ts";
import { connectionFailure } from "./connection_failure.ts";
import { isGuarded, isHealthy, isPlatform, type PlatformProbe } from "./probe_platform.ts";
import { redirected } from "./redirect.ts";
import { leadTo } from "../support/next_step.ts";
import { again, trouble } from "./trouble.ts";

const { ok } = findingsOf("network");
const PAGE = " with a web page";
const SET_ORGANISATION = setVariable("MOLECULE_ORG_ID", "<its id, from the canvas>");
const CANVAS = "<the address of the platform's API, from the canvas>";

/** Whether the platform was reached and, if not, what stands in between. */
export function checkNetwork(probe: PlatformProbe): Finding[] {
  const { target, proxy } = probe;
  const { origin } = target.url;
  if (isPlatform(probe)) {
    const via = proxy === undefined ? "" : ` through the proxy ${proxy}`;
    const tls = origin.startsWith("https:") ? ", its certificate is trusted" : "";
    return [
      ok(
        "reached",
        `${origin} was found and reached${via}${tls}, and answers as the platform does`,
      ),
      ...organisation(probe),
    ];
  }
  return [networkTrouble(probe)].filter((found) => found !== undefined);
}

/** What stands between this machine and the platform; undefined where that was reached. */
export function networkTrouble(probe: PlatformProbe): Finding | undefined {
  const { record } = probe;
  if (isPlatform(probe)) return undefined;
  return record.status === undefined ? connectionFailure(probe) : oddAnswer(probe);
}

/** Something answered, and not as the platform does. */
function oddAnswer(probe: PlatformProbe): Finding {
  const { record, target } = probe;
  const { origin, base } = target.url;
  const { status = 0, error } = record;
  if (status >= 300 && status < 400) return redirected(probe);
  if (isGuarded(record)) {
    return trouble(
      "network.organisation_missing",
      `${origin} is a hosted platform and asks for the organisation, which is not set`,
      SET_ORGANISATION,
    );
  }
  const isEmpty = error?.kind === "not_routed" && record.json === undefined &&
    /an empty answer/.test(error.message);
  if (status === 404 && isEmpty && isHealthy(probe)) {
    return target.orgId === undefined
      ? trouble(
        "network.organisation_missing",
        `${origin} answers, but hides the workspace's routes (an empty 404): a hosted platform that ` +
          "asks for the organisation",
        SET_ORGANISATION,
      )
      : trouble(
        "network.organisation_wrong",
        `${origin} answers, but hides the workspace's routes (an empty 404): MOLECULE_ORG_ID is not the ` +
          "id of its organisation",
        SET_ORGANISATION,
      );
  }
  if (status === 403 && isEmpty) {
    return trouble(
      "network.origin",
      `${origin} refuses the header Origin: ${origin} (an empty 403): the platform knows itself under ` +
        "another name, or something in between changes the header Host",
      setPlatformUrl(target, "<the address under which the canvas opens>"),
    );
  }
  if (
    /Client sent an HTTP request to an HTTPS server|plain HTTP request was sent/i.test(words(probe))
  ) {
    return trouble(
      "network.needs_https",
      `${origin} speaks https, not http`,
      setPlatformUrl(target, origin.replace(/^http:/, "https:")),
    );
  }
  if (status === 429) {
    return trouble(
      "network.rate_limited",
      `${origin} asks to wait: too many requests (429)`,
      waitAndRun(target),
    );
  }
  if (status === 407 || status === 511) {
    return trouble(
      "network.portal",
      `${origin} was not reached: something on this network asks to log in first (${status})`,
      leadTo("Open a web page in a browser, log in to the network, then", again(target)),
    );
  }
  if (status >= 500) {
    return trouble(
      "network.gateway",
      `what stands before the platform at ${origin} answers ${status}${
        excerpt(probe)
      }: the platform is ` +
        "down or is starting",
      waitAndRun(target),
    );
  }
  if (status === 401) {
    return trouble(
      "network.gateway_login",
      `what stands before the platform at ${origin} asks for a login of its own (401${
        excerpt(probe)
      }), before it sees the workspace's token`,
      "Ask the platform's operator for an address without that login",
    );
  }
  if (status === 403) {
    return trouble(
      "network.blocked",
      `what stands before the platform at ${origin} refuses this machine (403${
        excerpt(probe)
      }): a ` +
        "firewall, or a network or VPN that is wanted",
      "Connect this machine to the network or VPN from which the canvas opens",
    );
  }
  const path = base.slice(origin.length);
  if (status === 404 && path !== "") {
    return trouble(
      "network.path",
      `${base} answers 404${
        excerpt(probe)
      }: the path ${path} in PLATFORM_URL is most likely too much`,
      setPlatformUrl(target, origin),
    );
  }
  return notPlatform(probe, excerpt(probe));
}

function notPlatform({ target, record }: PlatformProbe, said: string): Finding {
  const isPage = said === PAGE;
  const why = isPage ? ": the canvas's own pages, or a network that asks to log in" : "";
  return trouble(
    "network.not_platform",
    `something other than the platform answers at ${target.url.base} (it says ${record.status}${said}${why})`,
    setPlatformUrl(target, CANVAS),
  );
}

/** N2 and later need no organisation where the header Origin is the platform's own. */
function organisation({ target, health }: PlatformProbe): Finding[] {
  if (target.orgId === undefined || health.status === undefined) return [];
  return [
    ok("organisation", "the organisation in MOLECULE_ORG_ID is sent along and was not refused"),
  ];
}

/** @returns what to do about what passes by itself */
export function waitAndRun(target: PlatformProbe["target"]): string {
  return leadTo("Wait a minute, then", again(target));
}

function words({ record }: PlatformProbe): string {
  const { body } = record.error ?? {};
  return typeof body === "string" ? body : "";
}

/** What it said, in few words; what a page says is left out. */
function excerpt(probe: PlatformProbe): string {
  if (/html/i.test(probe.record.headers?.get("content-type") ?? "")) return PAGE;
  const said = cleanLine(probe.record.error?.words ?? "", 80);
  return said === undefined ? "" : ` with "${said}"`;
}
