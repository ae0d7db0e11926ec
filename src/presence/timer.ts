export { pause } from "../platform/pause.ts";
