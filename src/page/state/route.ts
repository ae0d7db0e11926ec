import { batch, signal } from "@preact/signals";

/** Views beside the conversation. */
const SIDE_VIEWS = ["tasks", "approvals", "activity", "faults", "play", "connect"] as const;
export type SideView = typeof SIDE_VIEWS[number];
/** Views of one workspace. */
export type WorkspaceTab = "chat" | "tokens";
/** Which part of the page a narrow window shows. */
export type Slot = "map" | "workspace" | "side";

/** What is shown, as the address's fragment has it, so that the browser's Back goes back. */
export class Route {
  readonly slot = signal<Slot>("workspace");
  readonly side = signal<SideView>("activity");
  readonly tab = signal<WorkspaceTab>("chat");
  /** Empty: none was chosen, which shows yours. */
  readonly workspaceId = signal("");
  /** Whether everything is in sight at once (styles/layout.css). */
  readonly isWide = signal(false);

  /** Follows the address from now on. */
  follow(): void {
    const wide = matchMedia("(min-width: 1180px)");
    const measure = () => this.isWide.value = wide.matches;
    wide.addEventListener("change", measure);
    measure();
    const read = () => this.#read(location.hash);
    addEventListener("hashchange", read);
    read();
  }

  #read(hash: string): void {
    const [view = "", id = ""] = hash.replace(/^#\/?/, "").split("/");
    const side = SIDE_VIEWS.find((name) => name === view);
    batch(() => {
      if (side !== undefined) {
        this.slot.value = "side";
        this.side.value = side;
      } else if (view === "map") this.slot.value = "map";
      else {
        // Also where the address says nothing: as the page began.
        this.slot.value = "workspace";
        this.tab.value = view === "tokens" ? view : "chat";
        this.workspaceId.value = decoded(id);
      }
    });
  }
}

/** The fragment that shows this of a workspace. */
export function workspaceHref(tab: WorkspaceTab, id: string): string {
  return `#/${tab}/${encodeURIComponent(id)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
