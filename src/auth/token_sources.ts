import { exposedAdvice, isExposed } from "../lib/files/file_mode.ts";
import { RememberedText } from "../lib/files/remembered_text.ts";
import { readTokenFile, type TokenFile } from "../config/token_file.ts";
import { bareToken, tokenProblem } from "../config/token_text.ts";

/** Where a workspace's token may come from. */
export interface TokenSourcesOptions {
  /** `<state dir>/.auth_token`; none when the workspace keeps no token on disk. */
  readonly filePath?: string;
  /**
   * Why the saved file's token is not for this workspace any more, if that is so: a line without a
   * token. Asked before each read of the file.
   */
  readonly savedForOther?: () => Promise<string | undefined>;
  /** The value of the environment variable. */
  readonly inlineToken?: string;
  /** What that value is called, e.g. `MOLECULE_WORKSPACE_TOKEN`. */
  readonly inlineName: string;
  /** The path in `MOLECULE_WORKSPACE_TOKEN_FILE`. */
  readonly tokenFilePath?: string;
  /**
   * Takes one line per real problem, never with a token in it: at every read that meets the problem.
   * Reporting it only once is up to the receiver (src/safety/log.ts).
   */
  readonly report: (line: string) => void;
}

/** A token and where it came from. */
export interface Candidate {
  readonly source: "process" | "file" | "inline" | "token file";
  /** What to call it to the user: a path or the name of a variable. */
  readonly label: string;
  /** Trimmed, and fit for a header. */
  readonly token: string;
}

/** Longer text is not a token, whatever was pasted around it. */
const MAX_SECRET_LENGTH = 8192;
const TOKEN_FILE_VARIABLE = "MOLECULE_WORKSPACE_TOKEN_FILE";

/**
 * Reads the places where a token may be, in their order: saved file, variable, token file.
 *
 * What cannot be used is left out and reported. A blank one is treated as missing.
 */
export class TokenSources {
  readonly #options: TokenSourcesOptions;
  readonly #report: (line: string) => void;
  /** For `secrets`, which every call asks for. */
  readonly #files: readonly RememberedText[];

  constructor(options: TokenSourcesOptions) {
    this.#options = options;
    this.#report = options.report;
    const { filePath, tokenFilePath } = options;
    this.#files = [
      ...(filePath === undefined ? [] : [new RememberedText(filePath)]),
      ...(tokenFilePath === undefined
        ? []
        : [new RememberedText(tokenFilePath, { followLinks: true })]),
    ];
  }

  /** The usable tokens at this moment, in order of precedence. Never throws. */
  async read(): Promise<readonly Candidate[]> {
    const [file, tokenFile] = await Promise.all([this.#savedFile(), this.#tokenFile()]);
    return [file, this.#inline(), tokenFile].filter((found) => found !== undefined);
  }

  /**
   * Whatever is found where a token may be, as it is and without what was pasted around it. Reports
   * nothing: `read` does. Never throws.
   */
  async secrets(): Promise<readonly string[]> {
    const texts = await Promise.all(this.#files.map((file) => file.text()));
    return [...texts, this.#options.inlineToken].flatMap((text) => {
      const trimmed = text?.trim();
      if (!trimmed || trimmed.length > MAX_SECRET_LENGTH) return [];
      return [trimmed, bareToken(trimmed)];
    });
  }

  /** Whether both read the same places. */
  isSameAs(other: TokenSources): boolean {
    const [mine, theirs] = [this.#options, other.#options];
    return mine.filePath === theirs.filePath && mine.tokenFilePath === theirs.tokenFilePath &&
      mine.inlineToken?.trim() === theirs.inlineToken?.trim();
  }

  async #savedFile(): Promise<Candidate | undefined> {
    const path = this.#options.filePath;
    const file = path && await readTokenFile(path, { followLinks: false });
    if (!file) return undefined;
    // After the read: `auth login` writes the settings before the token.
    const other = await this.#options.savedForOther?.();
    if (other !== undefined) {
      this.#report(other);
      return undefined;
    }
    if ("token" in file) return this.#candidate(file, path, { source: "file", label: path });
    this.#report(`${file.problem}. It counts as holding no token.`);
    return undefined;
  }

  #inline(): Candidate | undefined {
    const { inlineName: label, inlineToken } = this.#options;
    const token = inlineToken?.trim();
    if (!token) return undefined;
    const problem = tokenProblem(token);
    if (problem === undefined) return { source: "inline", label, token };
    this.#report(`Cannot use the token of ${label}: ${problem}.`);
    return undefined;
  }

  /** Named by the user, so a link is followed: that is how mounted secrets look. */
  async #tokenFile(): Promise<Candidate | undefined> {
    const path = this.#options.tokenFilePath;
    if (path === undefined) return undefined;
    const file = await readTokenFile(path, { followLinks: true });
    if (file && "token" in file) {
      const label = `${TOKEN_FILE_VARIABLE} (${path})`;
      return this.#candidate(file, path, { source: "token file", label });
    }
    this.#report(`${TOKEN_FILE_VARIABLE}: ${file?.problem ?? `the file ${path} does not exist`}.`);
    return undefined;
  }

  #candidate(
    { token, mode }: Extract<TokenFile, { token: string }>,
    path: string,
    place: Pick<Candidate, "source" | "label">,
  ): Candidate {
    if (isExposed(mode)) this.#tellExposed(path, mode);
    return { ...place, token };
  }

  #tellExposed(path: string, mode: number | undefined): void {
    this.#report(
      `The token in ${path} is used, but ${exposedAdvice(path, mode)}`,
    );
  }
}
