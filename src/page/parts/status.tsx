import type { WorkspaceView } from "../../local/page/protocol.ts";

type Mark = "full" | "ring" | "dashed" | "half" | "cross";

/** Each status has a shape and a word; the colour only repeats them. */
const MARKS: Readonly<Record<string, { readonly mark: Mark; readonly tone: string }>> = {
  online: { mark: "full", tone: "good" },
  busy: { mark: "half", tone: "warn" },
  degraded: { mark: "half", tone: "warn" },
  awaiting_agent: { mark: "dashed", tone: "quiet" },
  offline: { mark: "ring", tone: "quiet" },
  failed: { mark: "cross", tone: "bad" },
};

const WORDS: Readonly<Record<string, string>> = { awaiting_agent: "waits for its agent" };

/** A status in words. */
function statusWord(status: string): string {
  return WORDS[status] ?? status.replaceAll("_", " ");
}

/** A workspace's status: its mark and its word. */
export function Status({ workspace: { status } }: { readonly workspace: WorkspaceView }) {
  return (
    <span class="status">
      <StatusMark status={status} />
      {statusWord(status)}
    </span>
  );
}

/** The mark alone. */
export function StatusMark({ status }: { readonly status: string }) {
  const { mark, tone } = MARKS[status] ?? { mark: "ring", tone: "quiet" };
  return (
    <svg class={`status-mark ${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      <Shape mark={mark} />
    </svg>
  );
}

function Shape({ mark }: { readonly mark: Mark }) {
  switch (mark) {
    case "full":
      return <circle cx="8" cy="8" r="6" class="filled" />;
    case "ring":
      return <circle cx="8" cy="8" r="5" />;
    case "dashed":
      return <circle cx="8" cy="8" r="5.5" stroke-dasharray="3 2.8" />;
    case "half":
      return (
        <>
          <circle cx="8" cy="8" r="5.5" />
          <path d="M8 2.5a5.5 5.5 0 0 0 0 11z" class="filled" />
        </>
      );
    case "cross":
      return <path d="m3.5 3.5 9 9m0-9-9 9" />;
  }
}
