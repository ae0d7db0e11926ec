/**
 * Takes a line for the user: one real problem, without any secret in it. A problem that is met on
 * every read is reported on every read; telling it once is the receiver's part (safety/log.ts).
 */
export type Report = (line: string) => void;
