import { useSignal } from "@preact/signals";
import { usePage } from "../parts/context.ts";
import { Problem } from "../parts/problem.tsx";
import { useAction } from "../parts/use_action.ts";

/** Replaces the token of the user's own agent while it runs. */
export function Rotate({ workspaceId }: { readonly workspaceId: string }) {
  const page = usePage();
  const isDone = useSignal(false);
  const { isRunning, problem, run } = useAction();
  const rotate = () =>
    run(async () => {
      isDone.value = false;
      await page.api.rotate(workspaceId);
      isDone.value = true;
    });
  return (
    <section class="card" aria-labelledby="rotate">
      <h3 id="rotate">Rotate while the agent runs</h3>
      <p>
        Revokes the agent's token and gives it another in{" "}
        <code>connection.json</code>. An agent that runs with <code>--local</code>{" "}
        is refused once, reads the file again, and goes on: no restart, no lost message.
      </p>
      <p class="buttons">
        <button type="button" disabled={isRunning.value} onClick={rotate}>Rotate the token</button>
      </p>
      <p role="status">
        {isDone.value ? "Rotated. Write to the agent: it answers with the new token." : ""}
      </p>
      <Problem text={problem.value} />
    </section>
  );
}
