import { isWorkspaceId } from "../config/workspace_id.ts";
import type { InboundSecretStore } from "./inbound_secret.ts";
import type { TokenStore } from "./token_store.ts";

/** A workspace of this process: who it is, where its platform is, and its secrets. */
export interface Workspace {
  readonly id: string;
  /** The platform's base URL, without a trailing slash. */
  readonly baseUrl: string;
  /** Scheme, host and port of the platform, for the Origin header. */
  readonly origin: string;
  /** The tenant, when one is set. */
  readonly orgId?: string;
  /** Whether the platform is called without the proxy that the environment may name. */
  readonly bypassProxy?: boolean;
  readonly tokens: TokenStore;
  readonly inboundSecret: InboundSecretStore;
}

/**
 * The workspaces of this process, in the order in which they were registered (tests/README.md,
 * "Credentials of several workspaces").
 *
 * This program registers all of them at the start. `get`, `primary` and registering again are there
 * for a runtime that embeds the registry and whose workspaces come and go.
 */
export class WorkspaceRegistry {
  readonly #workspaces = new Map<string, Workspace>();
  readonly #report: (line: string) => void;

  constructor({ report }: { readonly report: (line: string) => void }) {
    this.#report = report;
  }

  /**
   * Adds a workspace. One with a known id takes the other's place in the order, and when its token
   * comes from somewhere else that is reported as a rotation; the same settings change nothing.
   *
   * @throws {TypeError} when the id cannot be one (tests/README.md, "Ids of workspaces and peers").
   */
  register(workspace: Workspace): void {
    if (!isWorkspaceId(workspace.id)) {
      throw new TypeError(
        "Cannot register the workspace: expected an id of 1-128 lower-case letters, digits and " +
          `hyphens, got ${JSON.stringify(workspace.id)}.`,
      );
    }
    const known = this.#workspaces.get(workspace.id);
    const sameToken = known?.tokens.hasSameSourcesAs(workspace.tokens) ?? true;
    if (known && sameToken && hasSamePlatform(known, workspace)) return;
    this.#workspaces.set(workspace.id, workspace);
    if (!sameToken) this.#report(`The token of workspace ${workspace.id} was rotated.`);
  }

  /** The workspace with this id, or undefined when there is none. */
  get(id: string): Workspace | undefined {
    return this.#workspaces.get(id);
  }

  /** All of them, the first registered first. */
  list(): readonly Workspace[] {
    return [...this.#workspaces.values()];
  }

  /**
   * Every current token and inbound secret of every workspace, including those only in a file.
   * Never throws.
   */
  async secrets(): Promise<readonly string[]> {
    const secrets = await Promise.all(
      this.list().flatMap(({ tokens, inboundSecret }) => [
        tokens.secrets(),
        inboundSecret.secrets(),
      ]),
    );
    return secrets.flat();
  }

  /**
   * The first registered workspace, which acts when a call names none.
   *
   * @throws {Error} when none is registered.
   */
  get primary(): Workspace {
    const [first] = this.#workspaces.values();
    if (!first) throw new Error("Cannot tell the primary workspace: none is registered.");
    return first;
  }
}

function hasSamePlatform(a: Workspace, b: Workspace): boolean {
  return a.baseUrl === b.baseUrl && a.origin === b.origin && a.orgId === b.orgId;
}
