/**
 * Reads or writes a private file as another user or under another umask, for `inChild`.
 *
 * @module
 */
import { readPrivateFile, writePrivateFile } from "../../../src/lib/files/private_file.ts";
import { answerParent } from "../../support/child.ts";

/** What it is asked to do. */
interface Task {
  readonly action: "read" | "write";
  readonly path: string;
  readonly content?: string;
}

await answerParent<Task>(({ action, path, content = "" }) =>
  action === "read" ? readPrivateFile(path) : writePrivateFile(path, content)
);
