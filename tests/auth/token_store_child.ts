/**
 * Takes the token of a store as another user or with fewer permissions, for `inChild`.
 *
 * @module
 */
import { answerParent } from "../support/child.ts";
import { storeOf } from "./support.ts";

await answerParent<{ path: string }>(async ({ path }) => {
  const { store, lines } = storeOf({ filePath: path });
  return { token: await store.get() ?? null, lines };
});
