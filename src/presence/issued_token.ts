import type { PlatformClient } from "../platform/client/client.ts";
import { PlatformError } from "../platform/errors/platform_error.ts";
import { textField } from "../lib/json.ts";
import { isTokenTaken } from "../platform/api/registry.ts";
import type { WorkspaceInfo } from "../platform/client/workspace_record.ts";
import type { Log } from "../safety/log.ts";
import { isLongEnough } from "./keep_secrets.ts";
import { errorText } from "../lib/error_text.ts";

/** What an issued token's keeper works with. */
export interface IssuedTokenOptions {
  readonly log: Log;
  /** Receives the token before it is stored, so that no line can show it. */
  readonly onSecret: (secret: string) => void;
}

/**
 * A token that registration handed out. The platform issues one whenever no `instance` token is
 * live, even to a workspace whose token from the Tokens tab is good (src/platform/API.md, "Kinds of
 * tokens"): so it is kept only if there is no other token, or the platform refuses the other.
 */
export class IssuedToken {
  readonly #client: PlatformClient;
  readonly #options: IssuedTokenOptions;
  #open: { readonly token: string; readonly hadToken: boolean } | undefined;

  constructor(client: PlatformClient, options: IssuedTokenOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Whether what becomes of a token is still undecided. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** @param options.hadToken whether the workspace has one already */
  hold(token: string, { hadToken }: { readonly hadToken: boolean }): void {
    const { onSecret } = this.#options;
    if (isLongEnough(token)) {
      onSecret(token);
      this.#open = { token, hadToken };
    } else this.#report("odd", "The platform issued something too short to be a token");
  }

  drop(): void {
    this.#open = undefined;
  }

  /**
   * Keeps the token if it is needed. Never throws; `isOpen` stays true while the platform does not
   * say.
   *
   * @param info what the workspace's record says, if anything
   */
  async settle(info: WorkspaceInfo | undefined, signal: AbortSignal): Promise<void> {
    if (!this.#open) return;
    const { log } = this.#options;
    const { token, hadToken } = this.#open;
    const { id, origin } = this.#client.workspace;
    if (hadToken) {
      // Every token of a removed workspace is refused.
      if (!info) return;
      try {
        if (await isTokenTaken(this.#client, signal)) {
          this.drop();
          log.info(`${origin} issued another token for workspace ${id}; it is not needed`);
          return;
        }
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        log.info(`Cannot check the token of workspace ${id} yet: ${error.message}`);
        return;
      }
    }
    this.drop();
    if (!await this.#keep(token) || !hadToken) return;
    const told = `${origin} did not know a token for workspace ${id} and issued a new one, which ` +
      "is used now.";
    // Registering creates what it does not know, with its id for a name.
    const isNew = info?.state === "present" && textField(info.record, "name") === id;
    this.#report(
      "issued",
      isNew ? `${told} If this is not a new workspace, check WORKSPACE_ID for a typo` : told,
    );
  }

  async #keep(token: string): Promise<boolean> {
    try {
      await this.#client.workspace.tokens.save(token);
      return true;
    } catch (error) {
      const reason = errorText(error);
      this.#report("save", `Cannot keep the new workspace token: ${reason}`);
      return false;
    }
  }

  #report(kind: string, line: string): void {
    const subject = `issued token ${this.#client.workspace.id}`;
    this.#options.log.problem(line, { subject, kind });
  }
}
