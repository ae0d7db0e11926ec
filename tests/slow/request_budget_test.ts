import { assertBounded, ENDLESS, IDLE } from "../e2e/hostile.ts";
import { processTest } from "../e2e/whole_process.ts";

processTest(
  "whatever the platform answers for half a minute, it is not asked without end",
  async () => {
    await assertBounded({ ...ENDLESS, ...IDLE }, 30_000);
  },
);
