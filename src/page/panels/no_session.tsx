import { Text } from "../parts/text.tsx";

/** How to get in, for those who have no session. @param reason why their link did not do */
export function NoSession({ reason }: { readonly reason: string | undefined }) {
  return (
    <main class="no-session">
      <h1>This page needs a link from your terminal</h1>
      {reason === undefined ? null : (
        <p class="problem" role="alert">
          <strong>This link does not open it:</strong> <Text>{reason}</Text>
        </p>
      )}
      <ol>
        <li>
          Go to the terminal where <code>molecule-mcp local</code> runs.
        </li>
        <li>
          Press <kbd>Enter</kbd>. It prints a new link.
        </li>
        <li>Open that link here. It works once, within ten minutes.</li>
      </ol>
      <p class="quiet">
        A link works once so that nobody else can use it. Nobody has to log in anywhere.
      </p>
    </main>
  );
}
