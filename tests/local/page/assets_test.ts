import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { bundled } from "../../../scripts/bundle/deno_bundle.ts";
import { withPage } from "../../../scripts/bundle/page.ts";
import { embeddedAssets } from "../../../src/local/page/assets.ts";
import { NO_BUNDLER, testUnless } from "../../support/test_unless.ts";
import { dependencyFlags } from "../../e2e/program.ts";

Deno.test("assets: run from its source, the program carries no page", async () => {
  assertEquals(await embeddedAssets(), undefined);
});

testUnless(
  NO_BUNDLER,
  "assets: a bundle carries the page, whole and nothing from outside",
  async () => {
    const flags = dependencyFlags();
    const code = await bundled("src/local/page/assets.ts", [...flags, "--minify"]);
    const program = await import(
      `data:text/javascript,${encodeURIComponent(await withPage(code, flags))}`
    );
    const { html, js, css, icon } = await program.embeddedAssets();
    assertStringIncludes(html, '<script type="module" src="/local/page.js"></script>');
    assertStringIncludes(html, '<link rel="stylesheet" href="/local/page.css">');
    assert(js.length > 1_000);
    assertStringIncludes(css, ":root");
    assertStringIncludes(icon, "<svg");
    // The policy forbids it: it would not be shown.
    assert(!/<style|\bstyle=|<script(?! type="module" src=)|\bon\w+=/.test(html));
    for (const text of [html, css]) assert(!/(?:src|href)="(?!\/)|url\(/.test(text));
  },
);
