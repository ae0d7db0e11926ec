import type { WorkspaceView } from "../../local/page/protocol.ts";
import { ChatPanel } from "../chat/chat_panel.tsx";
import { usePage } from "../parts/context.ts";
import { Status } from "../parts/status.tsx";
import { Name } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { workspaceHref, type WorkspaceTab } from "../state/route.ts";
import { Tokens } from "./tokens.tsx";

const TABS: readonly (readonly [WorkspaceTab, string])[] = [["chat", "Chat"], ["tokens", "Tokens"]];

/** The workspace that was chosen: who it is, the conversation with it, its tokens. */
export function WorkspacePanel() {
  const page = usePage();
  const id = page.selectedId.value;
  const workspace = page.workspaces.value.get(id);
  const tab = page.route.tab.value;
  if (workspace === undefined) {
    return (
      <>
        <h2>No such workspace</h2>
        <p class="notice">
          It is not in this organisation, or no longer. Choose another on the map.
        </p>
      </>
    );
  }
  return (
    <>
      <header class="workspace-head">
        <div class="workspace-title">
          <h2 id="workspace-name">
            <Name>{workspace.name}</Name>
          </h2>
          <Status workspace={workspace} />
        </div>
        <Facts workspace={workspace} />
        <nav class="tabs" aria-label="Of this workspace">
          {TABS.map(([name, text]) => (
            <a
              key={name}
              href={workspaceHref(name, id)}
              aria-current={tab === name ? "page" : undefined}
            >
              {text}
            </a>
          ))}
        </nav>
      </header>
      {tab === "chat"
        ? <ChatPanel key={id} chat={page.chat(id)} />
        : <Tokens key={id} workspaceId={id} />}
    </>
  );
}

/** What is known of it, in words. */
function Facts({ workspace }: { readonly workspace: WorkspaceView }) {
  const page = usePage();
  const { id, role, parentId, lastSeenAt, kind, deliveryMode } = workspace;
  const below = [...page.workspaces.value.values()]
    .filter((other) => other.parentId === id).length;
  return (
    <ul class="facts">
      {role
        ? (
          <li>
            <Name>{role}</Name>
          </li>
        )
        : null}
      <li>{kind === "yours" ? "your own agent" : "lives in this platform"}</li>
      <li>
        {lastSeenAt === null ? "never seen" : (
          <>
            seen <Time at={lastSeenAt} as="ago" />
          </>
        )}
      </li>
      {parentId === null ? null : (
        <li>
          below <Name>{page.nameOf(parentId)}</Name>
        </li>
      )}
      {below === 0 ? null : <li>{below} below it</li>}
      {deliveryMode === null ? null : (
        <li>
          {deliveryMode === "poll" ? "fetches its messages" : "is called with its messages"}
        </li>
      )}
    </ul>
  );
}
