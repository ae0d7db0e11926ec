import { usePage } from "../parts/context.ts";
import { Problem } from "../parts/problem.tsx";
import { Text } from "../parts/text.tsx";
import { useAction } from "../parts/use_action.ts";

/** The piece that the local platform can play, step by step. */
export function PlayPanel() {
  const page = usePage();
  const { isRunning, problem, run } = useAction();
  const { state, step, steps, text } = page.play.now.value;
  if (state === "none") {
    return (
      <div class="panel-body">
        <h2>Play</h2>
        <p>
          There is a short piece about agents that work together. Start the platform with{" "}
          <code>molecule-mcp local --play</code> to see it here.
        </p>
      </div>
    );
  }
  const isPlaying = state === "playing";
  return (
    <div class="panel-body">
      <h2>Play</h2>
      <p>
        Agents inside this platform work through one task. Watch the map, the chats and the
        activity.
      </p>
      <p class="buttons">
        <button
          type="button"
          class="primary"
          disabled={isPlaying || isRunning.value}
          onClick={() => run(page.api.play)}
        >
          {isPlaying ? "Playing…" : state === "ready" ? "Play" : "Play again"}
        </button>
      </p>
      <p role="status" class="quiet">
        {isPlaying ? `Step ${step} of ${steps}` : state === "done" ? "It is done." : ""}
      </p>
      <ol class="steps">
        {page.play.seen.value.map((seen) => (
          <li
            key={seen.step}
            value={seen.step}
            aria-current={isPlaying && seen.step === step ? "step" : undefined}
          >
            <Text>{seen.text}</Text>
          </li>
        ))}
      </ol>
      <Problem text={state === "failed" ? text : problem.value} />
    </div>
  );
}
