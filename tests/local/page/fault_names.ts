import type { FaultName } from "../../../src/local/page/protocol.ts";

/** All faults, in the order in which a page is told of them. */
export const FAULT_NAMES: readonly FaultName[] = [
  "database",
  "unauthorized",
  "rate-limit",
  "slow",
  "stream-off",
  "network-cut",
];
