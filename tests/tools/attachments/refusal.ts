import { assertRejects } from "@std/assert";
import type { AttachRoots } from "../../../src/config/attach_roots.ts";
import { OutboundSecrets } from "../../../src/safety/secrets/outbound_secrets.ts";
import { SecretRedactor } from "../../../src/safety/secrets/secret_redactor.ts";
import { checkAttachments } from "../../../src/tools/attachments/check_attachments.ts";
import { ToolInputError } from "../../../src/tools/support/errors.ts";
import { TestDir } from "../../support/test_dir.ts";

/** Looks like a platform's token. */
export const TOKEN = "tK3vX9pLq0ZrYw7uN2bHd5sGf8jMa1cE4iRoTnVxQzU";

/** Knows these secrets. */
export function secretsOf(...secrets: string[]): OutboundSecrets {
  return new OutboundSecrets(new SecretRedactor(), () => Promise.resolve(secrets));
}

/** Settings with a state directory in which the files of the test are. */
export async function settingsIn(dir: TestDir, tokenFile?: string) {
  const stateDir = dir.at("state");
  await Deno.mkdir(stateDir, { recursive: true });
  const platformUrl = { base: "http://127.0.0.1", origin: "http://127.0.0.1", exposed: false };
  const workspace = { id: "ws-1", platformUrl, ...(tokenFile && { tokenFile }) };
  return {
    stateDir,
    workspaces: [workspace] as const,
    attachRoots: {
      configured: [dir.path, ...(Deno.build.os === "windows" ? [] : ["/dev"])],
    } as AttachRoots,
  };
}

/** Knows none. */
export const NO_SECRETS = secretsOf();

export type TestSettings = Awaited<ReturnType<typeof settingsIn>>;

/** Why these files are not sent. */
export async function refusal(settings: TestSettings, ...paths: string[]) {
  return await refusalOf(NO_SECRETS, settings, ...paths);
}

/** The same where the secrets are known. */
export async function refusalOf(
  outbound: OutboundSecrets,
  settings: TestSettings,
  ...paths: string[]
) {
  const error = await assertRejects(
    () => checkAttachments(paths.map((path) => ({ path })), settings, outbound),
    ToolInputError,
  );
  return error.message;
}
