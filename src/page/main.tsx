/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The page in the browser (src/local/README.md, "The page"): a stand-in.
 *
 * @module
 */
import { signal } from "@preact/signals";
import { render } from "preact";

const text = signal("The page is being built.");

/** What is shown. */
function App() {
  return <p>{text}</p>;
}

render(<App />, document.body);
