import { cleanLine, cleanText } from "./clean_text.ts";
import { defuseFrames } from "./defuse_frames.ts";

/** Text that someone else wrote: cleaned, and without anything that passes for a frame of ours. */
export function peerText(text: string): string {
  return defuseFrames(cleanText(text));
}

/**
 * The same for one line, as `cleanLine` makes it.
 *
 * @param maxLength in characters (code points)
 */
export function peerLine(text: string, maxLength?: number): string | undefined {
  const line = cleanLine(text, maxLength);
  return line === undefined ? undefined : defuseFrames(line);
}
