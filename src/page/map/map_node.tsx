import type { ComponentChildren } from "preact";
import { usePage } from "../parts/context.ts";
import { Status } from "../parts/status.tsx";
import { Name, Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import type { TreeNode } from "../state/tree.ts";
import { clipped } from "../text/visible_text.ts";

interface Props {
  readonly node: TreeNode;
  readonly place: { readonly level: number; readonly position: number; readonly count: number };
  readonly isTabStop: boolean;
  readonly isOpen: boolean;
  readonly onSelect: (id: string) => void;
  readonly onFold: (id: string, isOpen: boolean) => void;
  readonly onFocus: (id: string) => void;
  readonly draw: (children: readonly TreeNode[], level: number) => ComponentChildren;
}

const TASK_CHARS = 80;

/** A workspace on the map, and those below it. */
export function MapNode(props: Props) {
  const { node: { workspace, children }, place, isOpen } = props;
  const page = usePage();
  const { id } = workspace;
  const unread = page.chat(id).unread.value;
  const isParent = children.length > 0;
  return (
    <li role="none">
      <div
        class="map-card"
        role="treeitem"
        data-id={id}
        aria-level={place.level}
        aria-posinset={place.position}
        aria-setsize={place.count}
        aria-selected={page.selectedId.value === id}
        aria-expanded={isParent ? isOpen : undefined}
        tabIndex={props.isTabStop ? 0 : -1}
        onFocus={() => props.onFocus(id)}
        onClick={() => props.onSelect(id)}
      >
        <p class="map-name">
          <strong>
            <Name>{workspace.name}</Name>
          </strong>
          {id === page.yourId.value ? <span class="badge">yours</span> : null}
          {unread > 0 ? <span class="badge strong">{unread} new</span> : null}
        </p>
        {workspace.role
          ? (
            <p class="map-role">
              <Name>{workspace.role}</Name>
            </p>
          )
          : null}
        <p class="map-state">
          <Status workspace={workspace} />
          <span class="quiet">
            {workspace.lastSeenAt === null
              ? "never seen"
              : <Time at={workspace.lastSeenAt} as="ago" />}
          </span>
        </p>
        {workspace.currentTask === "" ? null : (
          <p class="map-task">
            <Text>{clipped(workspace.currentTask, TASK_CHARS)}</Text>
          </p>
        )}
      </div>
      {isParent
        ? (
          <div class="fold" aria-hidden="true" onClick={() => props.onFold(id, !isOpen)}>
            {isOpen ? "−" : `+${children.length}`}
          </div>
        )
        : null}
      {isParent && isOpen ? <ul role="group">{props.draw(children, place.level + 1)}</ul> : null}
    </li>
  );
}
