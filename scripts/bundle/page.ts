/**
 * The page of the local platform, which the program carries (src/local/page/assets.ts).
 *
 * @module
 */
import type { PageAssets } from "../../src/local/page/assets.ts";
import { projectRoot } from "../release/project.ts";
import { compressed, importOf, replaceOnce } from "./code.ts";
import { withoutUsing } from "./deno_bundle.ts";

/** What stands in src/local/page/assets.ts. */
const PLACEHOLDER = "page:not-bundled";
const FOLDER = "src/page/";
/** In the order of the cascade. */
const STYLES = ["base", "layout", "map", "chat", "panels"].map((name) => `styles/${name}.css`);

/** Builds the page out of src/page. @param flags for `deno bundle` */
export async function pageAssets(flags: readonly string[]): Promise<PageAssets> {
  const js = await withoutUsing(`${FOLDER}main.tsx`, flags, ["--minify"]);
  const imported = importOf(js);
  if (imported !== undefined) {
    throw new Error(`The page is not self-contained: it imports ${imported}`);
  }
  const text = (name: string) => Deno.readTextFile(new URL(FOLDER + name, projectRoot));
  return {
    html: await text("index.html"),
    js,
    css: (await Promise.all(STYLES.map(text))).join("\n"),
    icon: await text("icon.svg"),
  };
}

/** Code with the page in place of the placeholder. @throws when it has none, or several */
export async function withPage(code: string, flags: readonly string[]): Promise<string> {
  const packed = await compressed(JSON.stringify(await pageAssets(flags)));
  return replaceOnce(code, PLACEHOLDER, packed);
}
