import { join } from "@std/path";
import type { LocalPlatform } from "../../src/local/start.ts";
import {
  DELETION,
  DELETION_REASON,
  DRAFT,
  FINDING,
  MEMORY,
  QUESTION,
  RESEARCH_TASK,
  WRITING_TASK,
} from "../../src/local/play/script.ts";
import type { Agent } from "./agent.ts";
import type { Transcript } from "./transcript.ts";

/** Who takes part. */
export interface Cast {
  readonly platform: LocalPlatform;
  readonly lead: Agent;
  readonly researcher: Agent;
  readonly transcript: Transcript;
  /** A folder of the lead's. */
  readonly leadDir: string;
}

/**
 * The play: a user asks, the lead finds its team, the researcher looks it up, the writer puts it into
 * words, the user gets the answer, the team remembers it; and the lead asks before it deletes its draft.
 *
 * @throws {Error} naming the step that failed
 */
export async function play(cast: Cast): Promise<void> {
  const { platform, lead, researcher, transcript } = cast;
  const canvas = platform.onNotify(({ message }) => transcript.say("Canvas", `“${message}”`));
  try {
    transcript.say("User", QUESTION);
    await platform.sendAsUser(lead.id, QUESTION);
    const question = await lead.receive();
    hold("the lead reads the user's question", question.text === QUESTION);
    hold("it knows that a user asked", question.kind === "canvas_user");

    const peers = await lead.call("list_peers");
    const writerId = /- Writer \(ID: ([0-9a-f-]{36})/.exec(peers)?.[1] ?? "";
    hold("the lead sees both peers", peers.includes("Researcher") && writerId !== "");

    await lead.call("delegate_task", {
      workspace_id: researcher.id,
      task: RESEARCH_TASK,
    });
    const task = await researcher.receive();
    hold("the researcher knows who asks", task.kind === "peer_agent" && task.peer_id === lead.id);
    await researcher.call("commit_memory", { content: MEMORY, scope: "TEAM" });
    await researcher.call("delegate_task", { workspace_id: lead.id, task: FINDING });
    await researcher.call("inbox_pop", { activity_id: task.activity_id });

    // The question stays in the lead's inbox until it is answered, so the researcher's answer is the
    // second message there.
    const waiting = await untilTwoMessages(lead);
    const answer = waiting.find(({ peer_id }) => peer_id === researcher.id);
    hold("the researcher's answer arrives", answer?.text === FINDING);

    const prose = await lead.call("delegate_task", {
      workspace_id: writerId,
      task: WRITING_TASK,
    });
    hold("the writer answers at once", prose.includes("In short: low tide"));
    const sentence = prose.split("\n")[1] ?? "";

    await lead.call("send_message_to_user", { message: sentence });
    hold("the user sees it", platform.userMessages(lead.id)[0]?.message === sentence);
    await lead.call("inbox_pop", { activity_id: question.activity_id });
    await lead.call("inbox_pop", { activity_id: answer?.activity_id ?? "" });
    hold("the inbox is empty", await lead.call("inbox_peek") === "[]");

    const recalled = await lead.call("recall_memory", { query: "tides", scope: "TEAM" });
    hold("the team remembers", recalled.includes(FINDING));

    await deleteDraft(cast);
  } finally {
    canvas();
  }
}

/** What cannot be undone waits for a person's yes. */
async function deleteDraft({ platform, lead, transcript, leadDir }: Cast): Promise<void> {
  const draft = join(leadDir, "draft.txt");
  await Deno.writeTextFile(draft, DRAFT);
  const raised = await lead.call("create_approval", { action: DELETION, reason: DELETION_REASON });
  const [request] = platform.store.requests({ requesterId: lead.id, limit: 1 });
  hold("the user is asked", request !== undefined && raised.includes(request.id));
  hold("nothing is deleted before", request?.status === "pending");
  transcript.say("User", "(in the Approvals tab) approves it");
  await platform.respondAsPerson(request?.id ?? "", "approved");
  const decision = await lead.receive();
  hold("the decision comes as one", decision.kind === "request_decision");
  hold("it is the one that was asked for", decision.request_id === request?.id);
  hold("it was approved", decision.decision === "approved");
  await Deno.remove(draft);
  await lead.call("inbox_pop", { activity_id: decision.activity_id });
  await lead.call("send_message_to_user", { message: "The draft is deleted." });
}

async function untilTwoMessages(agent: Agent) {
  for (let attempt = 0; attempt < 50; attempt++) {
    const messages = await agent.peek();
    if (messages.length >= 2) {
      await agent.call("inbox_peek");
      return messages;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("the researcher's answer did not arrive");
}

function hold(step: string, held: boolean): void {
  if (!held) throw new Error(`this step failed: ${step}`);
}
