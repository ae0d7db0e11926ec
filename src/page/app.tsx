import { useEffect } from "preact/hooks";
import type { RequestView } from "../local/page/protocol.ts";
import { OrganisationMap } from "./map/map.tsx";
import { ActivityPanel } from "./panels/activity_panel.tsx";
import { Banner } from "./panels/banner.tsx";
import { ConnectPanel } from "./panels/connect_panel.tsx";
import { FaultsPanel } from "./panels/faults_panel.tsx";
import { NoSession } from "./panels/no_session.tsx";
import { PlayPanel } from "./panels/play_panel.tsx";
import { WorkspacePanel } from "./panels/workspace_panel.tsx";
import { RequestsPanel } from "./panels/requests_panel.tsx";
import { usePage } from "./parts/context.ts";
import { Icon, type IconName } from "./parts/icon.tsx";
import { type SideView, workspaceHref } from "./state/route.ts";

const PANELS: Readonly<Record<SideView, () => preact.JSX.Element>> = {
  tasks: () => <RequestsPanel kind="task" />,
  approvals: () => <RequestsPanel kind="approval" />,
  activity: ActivityPanel,
  faults: FaultsPanel,
  play: PlayPanel,
  connect: ConnectPanel,
};

/** What is counted beside a view's name. */
const COUNTED: Readonly<Partial<Record<IconName, string>>> = {
  chat: " new",
  tasks: " open",
  approvals: " open",
  faults: " on",
};

/** The page. @param reason why the link that led here does not open it */
export function App({ reason }: { readonly reason: string | undefined }) {
  const page = usePage();
  if (page.snapshot.value === undefined) {
    const connection = page.connection.value;
    if (connection === "no session") return <NoSession reason={reason} />;
    return (
      <main class="no-session">
        <h1>Molecule</h1>
        <p role="status">
          {connection === "lost" ? "The platform does not answer; trying again…" : "Connecting…"}
        </p>
      </main>
    );
  }
  return <Organisation />;
}

function Organisation() {
  const page = usePage();
  const { slot, side } = page.route;
  const Panel = PANELS[side.value];
  const unread = page.unread.value + page.requests.waiting.value;
  useEffect(() => {
    document.title = unread === 0 ? "Molecule" : `(${unread}) Molecule`;
  }, [unread]);
  return (
    <div class="page" data-slot={slot.value}>
      <a class="skip" href="#workspace" onClick={skip}>Skip to the conversation</a>
      <header class="top">
        <h1>
          <img src="/local/icon.svg" alt="" width="22" height="22" /> Molecule
        </h1>
        <span class="quiet platform">{page.snapshot.value?.platformUrl}</span>
        <ViewLinks />
      </header>
      <Banner />
      <main>
        <section class="slot-map" aria-labelledby="map-title">
          <h2 id="map-title">Organisation</h2>
          <OrganisationMap />
        </section>
        <section id="workspace" class="slot-workspace" tabIndex={-1} aria-label="Workspace">
          <WorkspacePanel />
        </section>
        <section class="slot-side" aria-label="What happens">
          <Panel />
        </section>
      </main>
      <div class="unseen" aria-live="polite">{page.announcer.text.value}</div>
    </div>
  );
}

function ViewLinks() {
  const page = usePage();
  const { slot, side, tab, isWide } = page.route;
  const openOnes = (kind: RequestView["kind"]) =>
    page.requests.open.value.filter((request) => request.kind === kind).length;
  const faultsOn = page.faults.value.filter(({ isOn }) => isOn).length;
  const link = (name: IconName, text: string, href: string, isHere: boolean, count = 0) => (
    <a class={`view-${name}`} href={href} aria-current={isHere ? "page" : undefined}>
      <Icon name={name} />
      <span>{text}</span>
      {count === 0 ? null : (
        <span class="badge strong">
          {count}
          <span class="unseen">{COUNTED[name]}</span>
        </span>
      )}
    </a>
  );
  const isSide = (view: SideView) => side.value === view && (isWide.value || slot.value === "side");
  return (
    <nav class="views" aria-label="Views">
      {link("map", "Map", "#/map", slot.value === "map")}
      {link(
        "chat",
        "Chat",
        workspaceHref(tab.value, page.selectedId.value),
        slot.value === "workspace",
        page.unread.value,
      )}
      {link("tasks", "Tasks", "#/tasks", isSide("tasks"), openOnes("task"))}
      {link("approvals", "Approvals", "#/approvals", isSide("approvals"), openOnes("approval"))}
      {link("activity", "Activity", "#/activity", isSide("activity"))}
      {link("faults", "Faults", "#/faults", isSide("faults"), faultsOn)}
      {link("play", "Play", "#/play", isSide("play"))}
      {link("connect", "Connect", "#/connect", isSide("connect"))}
    </nav>
  );
}

/** The fragment is the view's, so the link cannot be followed as it stands. */
function skip(event: Event): void {
  event.preventDefault();
  const target = document.querySelector<HTMLElement>("#workspace textarea") ??
    document.querySelector<HTMLElement>("#workspace");
  target?.focus();
}
