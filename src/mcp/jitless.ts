import { config } from "zod/mini";

/**
 * Has zod read its schemas instead of compiling each one to a function when it is first used. A
 * start uses every schema once, and compiling them is what takes most of it (README, Measured).
 * Comes before the modules that make schemas, the SDK's included.
 */
config({ jitless: true });
