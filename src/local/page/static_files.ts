/**
 * The page's own files, which hold nothing secret: anyone on this machine may load them.
 *
 * @module
 */
import { embeddedAssets, type PageAssets } from "./assets.ts";

const NOT_BUNDLED =
  "The page is not in this program, which runs from its source: `deno task bundle` builds it, and\n" +
  "`deno task local` runs what was built.\n";

/** Answers `GET /`, `/local/page.js`, `/local/page.css` and `/local/icon.svg`. */
export class StaticFiles {
  readonly #given: PageAssets | undefined;
  #loaded: Promise<PageAssets | undefined> | undefined;

  /** @param assets Default: those that the program carries, unpacked when they are asked for */
  constructor(assets: PageAssets | undefined) {
    this.#given = assets;
  }

  /** The answer; undefined when the path is no file of the page. */
  async answer(request: Request, path: string): Promise<Response | undefined> {
    if (request.method !== "GET" && request.method !== "HEAD") return undefined;
    if (!isFile(path)) return undefined;
    this.#loaded ??= this.#given ? Promise.resolve(this.#given) : embeddedAssets();
    const assets = await this.#loaded;
    const [text, type] = assets ? fileOf(assets, path) : [NOT_BUNDLED, "text/plain"];
    return new Response(request.method === "HEAD" ? null : text, {
      status: assets ? 200 : 501,
      headers: { "Content-Type": `${type}; charset=utf-8` },
    });
  }
}

const FILES = {
  "/": ["html", "text/html"],
  "/local/page.js": ["js", "text/javascript"],
  "/local/page.css": ["css", "text/css"],
  "/local/icon.svg": ["icon", "image/svg+xml"],
} as const;

function isFile(path: string): path is keyof typeof FILES {
  return Object.hasOwn(FILES, path);
}

function fileOf(assets: PageAssets, path: keyof typeof FILES): [text: string, type: string] {
  const [name, type] = FILES[path];
  return [assets[name], type];
}
