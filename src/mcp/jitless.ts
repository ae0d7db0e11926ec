import { config } from "zod/mini";

/**
 * Makes zod interpret its schemas instead of compiling each one to a function on first use. A start
 * uses every schema once, and compiling them takes most of its time (README, Measured). Must be
 * imported before the modules that make schemas, including the SDK's.
 */
config({ jitless: true });
