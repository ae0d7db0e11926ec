import type { PlatformUrl } from "../../config/platform_url.ts";

/** A workspace as far as the settings name it: enough of them may be wrong. */
export interface Target {
  readonly id?: string;
  readonly url: PlatformUrl;
  /** Whether settings.json says the address, not the environment. */
  readonly isUrlSaved: boolean;
  readonly profile?: string;
  readonly orgId?: string;
  /** Whether the program reaches it without the proxy that the environment names. */
  readonly bypassProxy: boolean;
  /** The command that asks once more; default: the doctor. */
  readonly again?: string;
}

/** A token that can be sent, and where it is. */
export interface ProbedToken {
  readonly label: string;
  readonly token: string;
  /** Default: anywhere that logging in anew mends. */
  readonly source?: "saved" | "variable" | "token file";
}
