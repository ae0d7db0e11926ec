import type { RequestView } from "../../local/page/protocol.ts";
import { usePage } from "../parts/context.ts";
import { Problem } from "../parts/problem.tsx";
import { useAction } from "../parts/use_action.ts";

interface Props {
  readonly request: RequestView;
}

/** The user's decision; those that others are asked for are out of the way. */
export function Decide({ request }: Props) {
  const { api } = usePage();
  const { isRunning, problem, run } = useAction();
  const { id, kind, recipientId } = request;
  const titled = `request-${id}`;
  const button = (text: string, kindOf: string, act: () => Promise<void>) => (
    <button
      type="button"
      class={kindOf}
      id={`${text}-${id}`}
      aria-labelledby={`${text}-${id} ${titled}`}
      disabled={isRunning.value}
      onClick={() =>
        run(async () => {
          await act();
          requestAnimationFrame(keepFocus);
        })}
    >
      {text}
    </button>
  );
  const yes = kind === "task" ? "done" : "approved";
  const buttons = (
    <p class="buttons">
      {button(kind === "task" ? "Done" : "Approve", "primary", () => api.respond(id, yes))}
      {button("Reject", "", () => api.respond(id, "rejected"))}
      {recipientId === null ? null : button("Withdraw", "", () => api.cancel(id))}
    </p>
  );
  return (
    <>
      {recipientId === null ? buttons : (
        <details>
          <summary>Decide instead of it</summary>
          {buttons}
        </details>
      )}
      <Problem text={problem.value} />
    </>
  );
}

/** Where something is written to it; it stays until it was sent. */
export function AskBack({ request: { id } }: Props) {
  const page = usePage();
  const { isRunning, problem, run } = useAction();
  const { text } = page.requests.draft(id);
  const send = (event: Event) => {
    event.preventDefault();
    const body = text.value;
    void run(async () => {
      await page.api.ask(id, body);
      if (text.value === body) text.value = "";
      page.announcer.say("Sent");
    });
  };
  return (
    <>
      <form class="ask" onSubmit={send}>
        <textarea
          rows={1}
          aria-label="Ask back"
          aria-describedby={`request-${id}`}
          placeholder="Ask back"
          dir="auto"
          value={text.value}
          onInput={({ currentTarget }) => text.value = currentTarget.value}
        />
        <button type="submit" disabled={isRunning.value || text.value.trim() === ""}>Ask</button>
      </form>
      <Problem text={problem.value} />
    </>
  );
}

/** What was decided is drawn elsewhere: a focus that was lost with its button goes to the top. */
function keepFocus(): void {
  if (document.activeElement === document.body) {
    document.querySelector<HTMLElement>("#requests")?.focus();
  }
}
