/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The page in the browser (src/page/README.md).
 *
 * @module
 */
// Draws what changed and nothing else, and sets texts as texts. Since 2015, its signals since 2022; both
// MIT and without dependencies of other projects; with almost nothing else 21 KB, 8 KB compressed.
import { render } from "preact";
import { App } from "./app.tsx";
import { PageContext } from "./parts/context.ts";
import { PageState } from "./state/page_state.ts";
import { api } from "./wire/api.ts";
import { followEvents } from "./wire/event_stream.ts";
import { openSession } from "./wire/session.ts";

const reason = await openSession(api);
const page = new PageState(api);
page.start();
followEvents({
  onEvent: (event) => page.onEvent(event),
  onConnection: (connection) => page.onConnection(connection),
}, api.hasSession);
render(
  <PageContext value={page}>
    <App reason={reason} />
  </PageContext>,
  document.body,
);
