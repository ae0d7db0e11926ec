/**
 * The page itself: what the browser loads before it may ask for anything.
 *
 * @module
 */
import * as z from "zod/mini";

/** The page's files, as text. */
export interface PageAssets {
  /** `/` */
  readonly html: string;
  /** `/local/page.js` */
  readonly js: string;
  /** `/local/page.css` */
  readonly css: string;
  /** `/local/icon.svg` */
  readonly icon: string;
}

/** scripts/bundle.ts writes the files over it: as JSON, compressed (deflate-raw), in base64. */
const PACKED = "page:not-bundled";

const assetsShape = z.object({
  html: z.string(),
  js: z.string(),
  css: z.string(),
  icon: z.string(),
});

/** The page that this program carries; undefined where it runs from its source. */
export async function embeddedAssets(): Promise<PageAssets | undefined> {
  if (PACKED.startsWith("page:")) return undefined;
  const bytes = Uint8Array.from(atob(PACKED), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return assetsShape.parse(await new Response(stream).json());
}
