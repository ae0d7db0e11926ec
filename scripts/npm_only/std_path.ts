/**
 * The functions of `jsr:@std/path` that this project uses, over `node:path`,
 * for networks that reach npm but not JSR. Add one here when the project starts to use it.
 *
 * @module
 */
export { basename, dirname, extname, isAbsolute, join, resolve } from "node:path";
export { fileURLToPath as fromFileUrl, pathToFileURL as toFileUrl } from "node:url";
