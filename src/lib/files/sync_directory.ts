/** Makes a new name in the directory itself last through a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  if (Deno.build.os === "windows") return; // It cannot open a directory as a file.
  try {
    const handle = await Deno.open(directory);
    try {
      await handle.sync();
    } finally {
      handle.close();
    }
  } catch {
    // Some (network) file systems refuse it. The new content is in place for every reader, so a
    // failure here must not read as "not saved".
  }
}
