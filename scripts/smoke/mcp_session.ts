/**
 * An MCP client of a few lines, for a look at every byte: what a program writes to stdout beside
 * the protocol must not go unnoticed, as it does with a client that skips it.
 *
 * @module
 */
import { TextLineStream } from "./text_line_stream.ts";
