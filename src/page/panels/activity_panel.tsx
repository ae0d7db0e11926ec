import { useSignal } from "@preact/signals";
import { usePage } from "../parts/context.ts";
import { clipped, visibleText } from "../text/visible_text.ts";
import { ActivityLine } from "./activity_line.tsx";

/** Drawn at once; more are drawn when they are asked for. */
const SHOWN = 100;

/** The activity log of the organisation, live. */
export function ActivityPanel() {
  const page = usePage();
  const limit = useSignal(SHOWN);
  const lines = page.activity.shown.value;
  return (
    <div class="panel-body">
      <h2>Activity</h2>
      <Filters />
      <ol class="activity" aria-label="Activity, newest first" tabIndex={0}>
        {lines.slice(0, limit.value).map((line) => <ActivityLine key={line.seq} line={line} />)}
      </ol>
      {lines.length === 0 ? <p class="notice">Nothing yet. What agents do appears here.</p> : null}
      {lines.length > limit.value
        ? (
          <button type="button" class="small" onClick={() => limit.value += SHOWN}>
            Show {Math.min(SHOWN, lines.length - limit.value)} older
          </button>
        )
        : null}
    </div>
  );
}

function Filters() {
  const { activity, workspaces } = usePage();
  return (
    <div class="filters" role="group" aria-label="What is shown">
      <label>
        <span>Workspace</span>
        <select
          value={activity.workspaceId.value}
          onChange={({ currentTarget }) => activity.workspaceId.value = currentTarget.value}
        >
          <option value="">All</option>
          {[...workspaces.value.values()].map(({ id, name }) => (
            <option key={id} value={id}>{clipped(visibleText(name), 40)}</option>
          ))}
        </select>
      </label>
      <label>
        <span>Type</span>
        <select
          value={activity.type.value}
          onChange={({ currentTarget }) => activity.type.value = currentTarget.value}
        >
          <option value="">All</option>
          {activity.types.value.map((type) => (
            <option key={type} value={type}>{visibleText(type)}</option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={activity.withHeartbeats.value}
          onChange={({ currentTarget }) => activity.withHeartbeats.value = currentTarget.checked}
        />
        <span>Heartbeats</span>
      </label>
    </div>
  );
}
