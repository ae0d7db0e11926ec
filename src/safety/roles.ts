/**
 * What needs a permission (tests/README.md, "Roles and permissions"); everything else is free to
 * all.
 */
export type Action = "delegate" | "approve" | "memory.read" | "memory.write";

/** What this workspace may do. */
export interface Policy {
  /** The workspace's roles; none grants nothing. */
  readonly roles: readonly string[];
  /** For the roles in it, the whole list of what they may do. */
  readonly allowedActions: ReadonlyMap<string, readonly string[]>;
  /** 0 is a root workspace, the only one that may write GLOBAL memory. */
  readonly tier: number;
}

const ALL: readonly Action[] = ["delegate", "approve", "memory.read", "memory.write"];
const ADMIN = "admin";
/** The role of a workspace that was not given one. */
export const DEFAULT_ROLE = "operator";

const ROLE_ACTIONS: ReadonlyMap<string, readonly Action[]> = new Map([
  [ADMIN, ALL],
  [DEFAULT_ROLE, ALL],
  ["read-only", ["memory.read"]],
  ["memory-readonly", ["memory.read"]],
  ["no-delegation", ["approve", "memory.read", "memory.write"]],
  ["no-approval", ["delegate", "memory.read", "memory.write"]],
]);

/**
 * Whether any of the roles allows the action (tests/README.md, "Roles and permissions"): `admin`
 * always does, a role with a list of its own goes by that list alone, the others by the built-in
 * table; an unknown one by none.
 */
export function allowed(action: Action, policy: Policy): boolean {
  return policy.roles.some((role) =>
    role === ADMIN ||
    (policy.allowedActions.get(role) ?? ROLE_ACTIONS.get(role) ?? []).includes(action)
  );
}

/** The answer to a call that the roles do not allow. */
export function denialText(action: Action, roles: readonly string[]): string {
  const who = roles.length === 0
    ? "this workspace, which has no role"
    : `the ${roles.length === 1 ? "role" : "roles"} ${roles.join(", ")}`;
  return `PERMISSION DENIED: "${action}" is not allowed for ${who}. ` +
    "Roles are set under rbac in the workspace's config.yaml.";
}

/** Whether the role means anything without its own list. */
export function isKnownRole(role: string): boolean {
  return ROLE_ACTIONS.has(role);
}
