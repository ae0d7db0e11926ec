import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { PageState } from "../state/page_state.ts";

/** Hands the state to whatever draws it. */
export const PageContext = createContext<PageState | undefined>(undefined);

/** The state of the page. */
export function usePage(): PageState {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error("There is no PageContext around this component");
  return page;
}
