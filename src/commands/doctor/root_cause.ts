import { AREAS, type Finding, isTrouble } from "./finding.ts";

/**
 * What follows from what: where both are found, the one on the left is named first, although its
 * area comes later or it is only a warning.
 */
const EXPLAINS: Readonly<Record<string, readonly string[]>> = {
  "clock.wrong": ["network.tls_expired", "network.tls_not_yet_valid"],
  "workspace.removed": ["token.refused", "token.shape_unusual"],
  "workspace.absent": ["token.refused", "token.shape_unusual"],
  "workspace.no_id": ["token.refused", "token.shape_unusual", "platform.database_away"],
  "token.shape_unusual": ["token.refused"],
  "token.stale": ["token.differs"],
  "platform.database_away": ["token.unknown"],
  "settings.nothing": ["token.missing", "state.unknown"],
  "settings.only_in_client": ["token.missing", "state.unknown"],
  "settings.profile": ["token.missing", "state.unknown"],
  // Its settings.json is not believed.
  "state.foreign": ["settings.missing", "settings.nothing", "token.missing"],
  "settings.heartbeat_off": ["workspace.not_online"],
};

/**
 * The finding that most likely is the cause of the others: a failure before a warning, and of
 * several the one in the area that the others rest on.
 */
export function rootCause(findings: readonly Finding[]): Finding | undefined {
  const troubles = findings.filter(isTrouble);
  const rank = ({ mark, area }: Finding) =>
    (mark === "fail" ? 0 : AREAS.length) + AREAS.indexOf(area);
  let [root] = troubles.toSorted((a, b) => rank(a) - rank(b));
  for (let deeper = root; deeper;) {
    root = deeper;
    const { cause } = root;
    deeper = troubles.find((each) => EXPLAINS[each.cause]?.includes(cause));
  }
  return root;
}
