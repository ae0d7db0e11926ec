/**
 * Replays of the registry's and the workspaces' examples.
 *
 * @module
 */
import { fixtureToken, ids } from "./fixtures.ts";
import { FROM_N2, ONLY_N1, type Replay, UNTIL_N2, type World } from "./world.ts";

const noToken = ({ platform }: World) => platform.revokeTokens(ids.self);
const withRemoved = (world: World) => world.addRemoved();
const noUrlOfSibling = (url: string) => (world: World) => world.update(ids.sibling_push, { url });
/** What N1 adds to S's answer to register. */
const registeredByN1 = ["delivery_mode", "platform_inbound_secret"];

/** The replays by the example's id. */
export const registryReplays: Record<string, Replay> = {
  "register-first-poll-mints-token": { arrange: noToken, generated: ["auth_token"] },
  "register-again-poll": {},
  "register-again-full-card": {},
  "register-push-public-url": {},
  "register-snapshot-shape": { adds: registeredByN1 },
  "register-400-invalid-body": {},
  "register-400-delivery-mode": {},
  "register-400-url-required": {
    arrange: (world) => world.update(ids.self, { deliveryMode: null }),
  },
  "register-400-blocked-address": {},
  "register-400-scheme": {},
  "register-401-missing": {},
  "register-401-invalid": {},
  "register-500": {},
  "heartbeat-reference": { versions: UNTIL_N2 },
  "heartbeat-minimal": { versions: UNTIL_N2, adds: ["platform_inbound_secret"] },
  "heartbeat-full": { versions: UNTIL_N2 },
  "heartbeat-wedged": { versions: UNTIL_N2, adds: ["platform_inbound_secret"] },
  "heartbeat-400-float": {},
  "heartbeat-401-missing": {},
  "heartbeat-401-invalid": {},
  "heartbeat-after-deletion-200": { versions: UNTIL_N2, arrange: withRemoved },
  "heartbeat-500": { storeFails: ["updateWorkspace"] },
  "update-card-ok": {},
  "update-card-400": {},
  "update-card-400-url": { versions: FROM_N2 },
  "update-card-401": {},
  "peers-all": {},
  "peers-filtered": {},
  "peers-empty": {},
  "peers-401": {},
  "peers-404": { arrange: withRemoved },
  "peers-500": { storeFails: ["workspaces"] },
  "discover-ok": {},
  "discover-ok-internal-url": {},
  "discover-400": {},
  "discover-401": {},
  "discover-403": {},
  "discover-503-not-available": {
    arrange: (world) => world.update(ids.sibling_poll, { status: "offline" }),
  },
  "discover-503-unsafe": { arrange: noUrlOfSibling("http://169.254.169.254/") },
  "check-access-true": {},
  "check-access-false": {},
  "check-access-400": {},
  "workspace-ok": { versions: UNTIL_N2 },
  "workspace-400": {},
  "workspace-404": {},
  "workspace-410": {
    versions: UNTIL_N2,
    arrange: (world) => world.addRemoved({ removedAt: Date.UTC(2026, 4, 2, 8, 30) * 1e3 + 123456 }),
  },
  "workspace-410-no-date": { versions: UNTIL_N2, arrange: withRemoved },
  "workspace-include-removed": { versions: UNTIL_N2, arrange: withRemoved },
  "workspace-500": { storeFails: ["workspace"] },
  "workspace-state-ok": {},
  "workspace-state-404": { options: { adminToken: "org-or-admin-token" }, arrange: withRemoved },
  "health": {},
  "rate-limited": {
    versions: ["n1", "n3"],
    now: "2026-05-06T09:20:38Z",
    arrange: async ({ self, clock }) => {
      clock.nowMs = Date.parse("2026-05-06T09:20:01Z");
      for (let i = 0; i < 600; i++) await self.get("/health");
    },
  },
  "tenant-guard-empty-404": { versions: ONLY_N1, options: { orgId: ids.org } },
  "tenant-guard-400": { options: { orgId: ids.org }, versions: FROM_N2 },
  "tenant-guard-org-header-ok": {
    options: { orgId: ids.org },
    arrange: ({ platform }) => {
      for (const id of [ids.sibling_push, ids.sibling_poll, ids.child]) {
        platform.removeWorkspace(id);
      }
    },
  },
  "cors-empty-403": {},
  "removed-workspace-401": {
    arrange: async (world) => {
      world.addRemoved();
      world.platform.revokeTokens(ids.self);
      await world.platform.createToken(ids.removed, fixtureToken);
    },
  },
};
