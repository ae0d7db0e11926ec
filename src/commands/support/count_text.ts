/** How many there are of something, e.g. `1 peer`, `2 peers`. */
export function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** How many peers a workspace has, as far as that is known. */
export function peersText(peers: number | null | undefined): string {
  return typeof peers === "number" ? countText(peers, "peer") : "peers cannot be listed now";
}
