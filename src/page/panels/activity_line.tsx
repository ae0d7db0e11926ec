import { Component } from "preact";
import type { ActivityView } from "../../local/page/protocol.ts";
import { usePage } from "../parts/context.ts";
import { Name, Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { duration } from "../text/times.ts";
import { clipped } from "../text/visible_text.ts";

interface Props {
  readonly line: ActivityView;
}

const SHOWN_CHARS = 400;

/** Types in words; others are shown as the platform has them. */
const TYPES: Readonly<Record<string, string>> = {
  a2a_receive: "message received",
  a2a_send: "message sent",
  agent_log: "agent's log",
  memory_write: "memory",
  task_update: "task",
};

/** A line of the log; drawn again only when it is another one. */
export class ActivityLine extends Component<Props> {
  override shouldComponentUpdate({ line }: Props): boolean {
    return line !== this.props.line;
  }

  override render({ line }: Props) {
    const { type, status, error, durationMs, summary } = line;
    const isBad = error !== null || /fail|error/.test(status);
    return (
      <li class={isBad ? "activity-line failed" : "activity-line"}>
        <p class="activity-head">
          <Time at={line.at} as="seconds" />
          <span class="type">
            <Text>{TYPES[type] ?? type.replaceAll("_", " ")}</Text>
          </span>
          <span class="quiet">
            {status === "" ? null : <Text>{clipped(status.replaceAll("_", " "), 40)}</Text>}
            {durationMs === null ? null : ` in ${duration(durationMs)}`}
          </span>
        </p>
        <Ends line={line} />
        {summary === "" ? null : (
          <p class="summary">
            <Text>{clipped(summary, SHOWN_CHARS)}</Text>
          </p>
        )}
        {error === null ? null : (
          <p class="problem">
            <strong>Error:</strong> <Text>{clipped(error, SHOWN_CHARS)}</Text>
          </p>
        )}
      </li>
    );
  }
}

/** Both ends where there are two, else the one workspace that it is about. */
function Ends({ line: { workspaceId, sourceId, targetId } }: Props) {
  const page = usePage();
  const name = (id: string) => <Name>{page.nameOf(id)}</Name>;
  const target = targetId ?? (sourceId === workspaceId ? null : workspaceId);
  if (sourceId === null || target === null || sourceId === target) {
    return <p class="ends">{name(workspaceId)}</p>;
  }
  return (
    <p class="ends">
      {name(sourceId)} <span aria-hidden="true">→</span>
      <span class="unseen">to</span> {name(target)}
    </p>
  );
}
