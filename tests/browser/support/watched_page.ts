import { assertEquals } from "@std/assert";
import type { BrowserContext, Page } from "playwright-core";

/** Violations of the Content-Security-Policy end up in the console; this also catches them by themselves. */
const TELL_VIOLATIONS = `addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP: " + event.violatedDirective + " " + event.blockedURI))`;

/** What a page must not do, as it happens. */
export class Watch {
  readonly problems: string[] = [];
  readonly #expected: RegExp[] = [];

  /** Follows every page of the context. */
  static async over(context: BrowserContext): Promise<Watch> {
    const watch = new Watch();
    await context.addInitScript(TELL_VIOLATIONS);
    context.on("page", (page) => watch.#follow(page));
    context.on("request", (request) => {
      const { hostname, protocol } = new URL(request.url());
      const isOwn = hostname === "127.0.0.1" || protocol === "blob:";
      if (!isOwn) watch.problems.push(`request to ${request.url()}`);
    });
    return watch;
  }

  /** Chromium notes every refused request in the console: such a one is part of this test. */
  expect(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  /** Fails if there was a problem. */
  check(): void {
    const isExpected = (problem: string) => this.#expected.some((pattern) => pattern.test(problem));
    assertEquals(this.problems.filter((problem) => !isExpected(problem)), []);
  }

  #follow(page: Page): void {
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        this.problems.push(`console: ${message.text()}`);
      }
    });
    page.on("pageerror", (error) => this.problems.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => {
      this.problems.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }
}
