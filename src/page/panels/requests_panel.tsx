import { useSignal } from "@preact/signals";
import type { RequestView } from "../../local/page/protocol.ts";
import { usePage } from "../parts/context.ts";
import { RequestCard } from "./request_card.tsx";

/** Drawn at once; more are drawn when they are asked for. */
const SHOWN = 50;

const WORDS = {
  task: {
    title: "Tasks",
    none: "No task is open. What an agent asks somebody to do appears here.",
  },
  approval: {
    title: "Approvals",
    none: "Nothing waits for a yes. An agent that asks before it does something appears here.",
  },
} as const;

/** What agents ask for: what is open first, then what was decided. */
export function RequestsPanel({ kind }: Pick<RequestView, "kind">) {
  const { requests: { open, closed } } = usePage();
  const { title, none } = WORDS[kind];
  const isOfKind = (request: RequestView) => request.kind === kind;
  const waiting = open.value.filter(isOfKind);
  const decided = closed.value.filter(isOfKind);
  return (
    <div class="panel-body">
      <h2 id="requests" tabIndex={-1}>{title}</h2>
      {waiting.length === 0 ? <p class="notice">{none}</p> : <List of={waiting} label="Open" />}
      {decided.length === 0 ? null : (
        <>
          <h3>Decided</h3>
          <List of={decided} label="Decided" />
        </>
      )}
    </div>
  );
}

function List({ of, label }: { readonly of: readonly RequestView[]; readonly label: string }) {
  const limit = useSignal(SHOWN);
  return (
    <>
      <ul class="cards" aria-label={label}>
        {of.slice(0, limit.value).map((request) => (
          <RequestCard key={request.id} request={request} />
        ))}
      </ul>
      {of.length > limit.value
        ? (
          <button
            type="button"
            class="small"
            onClick={() => limit.value += SHOWN}
          >
            Show {Math.min(SHOWN, of.length - limit.value)} older
          </button>
        )
        : null}
    </>
  );
}
