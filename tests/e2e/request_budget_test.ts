import { assertBounded, ENDLESS, IDLE } from "./hostile.ts";
import { processTest } from "./whole_process.ts";

/** Those that made the most requests once; all of them in tests/slow. */
const WORST = ["a Retry-After that is no day", "an event a hundred times a second"];

processTest("whatever the platform answers, it is not asked without end", async () => {
  const idle = Object.entries(IDLE).filter(([how]) => WORST.includes(how));
  await assertBounded({ ...ENDLESS, ...Object.fromEntries(idle) }, 2_500);
});
