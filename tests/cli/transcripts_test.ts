import { assertEquals } from "@std/assert";
import {
  firstReason,
  lacking,
  NO_LINKS,
  NO_MODES,
  type SkipReason,
  testUnless,
} from "../support/test_unless.ts";
import { NO_PTY } from "../commands/on_terminal.ts";
import { IS_EXECUTABLE } from "../e2e/program.ts";
import { noTryLock } from "./no_try_lock.ts";
import { formatOutcome, formatTranscript, parseTranscript } from "./transcript.ts";
import { playTranscript } from "./transcript_run.ts";
import { makeHome } from "./transcript_terminal.ts";

const FOLDER = new URL("./transcripts/", import.meta.url);
/** Writes what comes instead of comparing it: look at the difference before you commit it. */
const UPDATES = Boolean(Deno.env.get("MOLECULE_UPDATE_TRANSCRIPTS"));

/** What a transcript may require of the system: `requires modes`. */
const LACKING: Readonly<Record<string, SkipReason>> = {
  modes: NO_MODES,
  links: NO_LINKS,
  unix: Deno.build.os === "windows" ? "it shows paths that are others on Windows" : undefined,
  terminal: firstReason(NO_PTY, await hasOtherTempDir()),
  locks: await noTryLock(),
  bundle: lacking("npm that starts it: this is an executable", !IS_EXECUTABLE),
};

for (const { name } of [...Deno.readDirSync(FOLDER)].sort((a, b) => a.name < b.name ? -1 : 1)) {
  const file = new URL(name, FOLDER);
  const text = Deno.readTextFileSync(file);
  const required = [...text.matchAll(/^requires (\w+)$/gm)].map(([, what = ""]) => LACKING[what]);
  testUnless(firstReason(...required), `transcript ${name}`, async () => {
    const items = parseTranscript(text);
    const played = await playTranscript(items);
    if (UPDATES) {
      await Deno.writeTextFile(file, formatTranscript(played));
      return;
    }
    assertEquals(formatTranscript(items), text.replaceAll("\r\n", "\n"), "not in its usual form");
    for (const [index, item] of items.entries()) {
      const came = played[index];
      if (item.kind !== "step" || came?.kind !== "step") continue;
      assertEquals(
        formatOutcome(portable(came.expected)),
        formatOutcome(portable(item.expected)),
        `${name}: ${item.command}`,
      );
    }
  });
}

/** Lines are broken where the home directory's length says. */
async function hasOtherTempDir(): Promise<SkipReason> {
  await using dir = await makeHome();
  const isUsual = /^\/tmp\/[^/]{30}$/.test(dir.path);
  return isUsual ? undefined : "the lines on a terminal are stated for a home below /tmp";
}

/** Where files have no modes, none is compared. */
function portable<T extends { files: readonly { mode?: string }[] }>(outcome: T): T {
  if (Deno.build.os !== "windows") return outcome;
  const files = outcome.files.map((file) =>
    file.mode === undefined ? file : { ...file, mode: "*" }
  );
  return { ...outcome, files };
}
