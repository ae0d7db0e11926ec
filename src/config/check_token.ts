import { join } from "@std/path";
import { invalid, type Problem } from "./problem.ts";
import { readTokenFile, TOKEN_FILE_NAME } from "./token_file.ts";
import { tokenProblem } from "./token_text.ts";

const TOKEN = "MOLECULE_WORKSPACE_TOKEN";
const TOKEN_FILE = "MOLECULE_WORKSPACE_TOKEN_FILE";

/** What the environment says about the token, or what is wrong with it. */
export interface FoundToken {
  readonly settings: { readonly inlineToken?: string; readonly tokenFile?: string };
  readonly problems: readonly Problem[];
}

/**
 * Whether there is a token at all, and what the environment says about it. The token store reads
 * the sources again when it needs them; this only makes a bad start fail early (tests/README.md,
 * "Exit codes and the first error").
 */
export async function findToken(
  value: (name: string) => string | undefined,
  stateDir: string | undefined,
  fileSuffix = "",
): Promise<FoundToken> {
  const inlineToken = value(TOKEN);
  const tokenFile = value(TOKEN_FILE);
  if (inlineToken !== undefined) {
    const problem = tokenProblem(inlineToken);
    return problem === undefined
      ? { settings: { inlineToken, ...(tokenFile && { tokenFile }) }, problems: [] }
      : failed(invalid(TOKEN, problem));
  }
  if (tokenFile !== undefined) {
    const problem = await tokenFileProblem(tokenFile);
    return problem === undefined
      ? { settings: { tokenFile }, problems: [] }
      : failed(invalid(TOKEN_FILE, problem));
  }
  const missing: Problem = { variable: TOKEN, kind: "missing", message: "not set" };
  if (stateDir === undefined) return failed(missing);
  const path = join(stateDir, TOKEN_FILE_NAME + fileSuffix);
  // A link or a pipe is not a saved token.
  const saved = await readTokenFile(path, { followLinks: false });
  if (saved === undefined) return failed(missing);
  if ("token" in saved || saved.fault === "unusable") return { settings: {}, problems: [] };
  if (saved.fault === "unreadable") return failed(missing);
  return failed(
    missing,
    invalid(TOKEN, `it is not set, and the saved token's file ${path} is empty`),
  );
}

function failed(...problems: Problem[]): FoundToken {
  return { settings: {}, problems };
}

/**
 * What is wrong with the file that MOLECULE_WORKSPACE_TOKEN_FILE names (tests/README.md, "Exit
 * codes and the first error").
 */
async function tokenFileProblem(path: string): Promise<string | undefined> {
  // A link is followed: that is how mounted secrets look.
  const file = await readTokenFile(path, { followLinks: true });
  if (file === undefined) return `the file ${path} does not exist`;
  return "problem" in file ? file.problem : undefined;
}
