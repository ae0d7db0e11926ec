/**
 * Saves two tokens in turn, as fast as it can and under the widest umask, until it is killed.
 * Prints one byte a save. Ends by itself after many, so that it never outlives a broken test.
 *
 * Arguments: path of the token file, first token, second token.
 *
 * @module
 */
import { storeOf } from "../auth/support.ts";

const MOST_SAVES = 20_000;

const [filePath = "", ...tokens] = Deno.args;
Deno.umask(0o000);
const { store } = storeOf({ filePath });
const mark = new TextEncoder().encode(".");
for (let i = 0; i < MOST_SAVES; i++) {
  await store.save(tokens[i % tokens.length] ?? "");
  Deno.stdout.writeSync(mark);
}
