import { assertEquals, assertMatch } from "@std/assert";
import { fuzz } from "../../scripts/fuzz/fuzz.ts";
import { RULES } from "../../scripts/fuzz/rules.ts";
import { denoCommand } from "../../scripts/deno_command.ts";

/** Starts like a server, and does what no server may. */
async function failureOf(fault: string, patienceMs: number): Promise<string> {
  const code = `
    let [seen, rest] = [0, ""];
    for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\\n");
      rest = lines.pop();
      for (const line of lines) {
        let message;
        try { message = JSON.parse(line) } catch { continue }
        const answer = { jsonrpc: "2.0", id: message?.id, result: {} };
        const isEnd = typeof answer.id === "string" && answer.id.startsWith("end of");
        ${fault}
      }
    }`;
  const { failures } = await fuzz({
    program: { name: "faulty", command: denoCommand(), args: ["eval", code] },
    seed: 5,
    sessions: 30,
    sessionsPerSecond: 1_000,
    notYet: RULES,
    patienceMs,
  });
  return failures.join("\n");
}

Deno.test("a program that does wrong is found out, with the seed and the lines of the session", async (t) => {
  /** Where nothing comes there is nothing to wait for; whoever answers may take a while to start. */
  const [soon, inTime] = [500, 20_000];
  const faults: [what: string, fault: string, told: RegExp, patienceMs: number][] = [
    ["writes what is no JSON", 'console.log("debug");', /a line that is not JSON: "debug"/, inTime],
    ["answers nothing", "", /did not come: .*the ping at the end/, soon],
    [
      "answers twice",
      "if (isEnd) console.log(JSON.stringify(answer) + '\\n' + JSON.stringify(answer));",
      /an answer that is not due/,
      inTime,
    ],
    [
      "answers whatever comes",
      "console.log(JSON.stringify({ ...answer, id: null }));",
      /not due/,
      inTime,
    ],
    ["crashes", "Deno.exit(70);", /does not take input|did not come/, soon],
  ];
  for (const [what, fault, told, patienceMs] of faults) {
    await t.step(what, async () => {
      const failure = await failureOf(fault, patienceMs);
      assertMatch(failure, /seed 5, session \d+: /);
      assertMatch(failure, /lines sent:\n {4}"/);
      assertMatch(failure, told);
    });
  }
});

Deno.test("the same seed sends the same", async () => {
  const program = { name: "deaf", command: denoCommand(), args: ["eval", "Deno.exit(0)"] };
  const run = async (seed: number) => {
    const options = { program, seed, sessions: 3, sessionsPerSecond: 1_000, notYet: RULES };
    const { failures } = await fuzz({ ...options, patienceMs: 100 });
    return failures.map((failure) => failure.slice(failure.indexOf("  lines sent")));
  };
  assertEquals(await run(8), await run(8));
});
