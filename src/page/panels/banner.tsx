import { usePage } from "../parts/context.ts";

/** Says when the page no longer hears of what happens. */
export function Banner() {
  const connection = usePage().connection.value;
  return (
    <div role="status">
      {connection === "lost"
        ? (
          <p class="banner">
            <strong>The platform does not answer.</strong>{" "}
            This page connects again by itself; what you typed stays.
          </p>
        )
        : connection === "no session"
        ? (
          <p class="banner">
            <strong>This page's session has ended.</strong> Press Enter in the terminal where{" "}
            <code>molecule-mcp local</code>{" "}
            runs and open the new link; this page goes on then, and what you typed stays.
          </p>
        )
        : null}
    </div>
  );
}
