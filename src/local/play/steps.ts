/**
 * The piece, step by step: a user asks, the lead finds its team, the researcher looks it up, the
 * writer puts it into words, the user gets the answer, the team remembers it; and the lead deletes its
 * draft, which it first asks for.
 *
 * @module
 */
import { replyText } from "../delivery/envelope.ts";
import { isObject } from "../state/json.ts";
import type { Answer } from "../colleagues/agent_client.ts";
import type { Cast } from "./cast.ts";
import {
  DELETION,
  DELETION_REASON,
  DRAFT,
  FINDING,
  MEMORY,
  QUESTION,
  RESEARCH_TASK,
  WRITING_TASK,
} from "./script.ts";

/** What the actors remember from step to step. */
export interface Notes {
  taskId?: string;
  sentence?: string;
  draftId?: string;
  requestId?: string;
}

/** A step. */
export interface Step {
  /** What happens, for people. */
  readonly text: string;
  /** @throws {Error} that says what did not hold */
  readonly run: (cast: Cast, notes: Notes) => Promise<void>;
}

/** The steps in their order. */
export const STEPS: readonly Step[] = [
  {
    text: "The user asks the lead a question.",
    async run({ platform, lead }) {
      const { status } = await platform.sendAsUser(lead.id, QUESTION);
      hold(status < 300, `the platform answered the question with ${status}`);
    },
  },
  {
    text: "The lead reads it in its inbox and works on it.",
    async run({ lead }) {
      const question = await lead.receive(null);
      hold(question?.text === QUESTION, "the question did not come into the lead's inbox");
      await lead.heart.beat({ activeTasks: 1, currentTask: "Answering the user" });
    },
  },
  {
    text: "The lead looks who is in its team.",
    async run({ lead, researcher, writerId }) {
      const answer = await lead.client.call("GET", `/registry/${lead.id}/peers`);
      taken(answer, "the list of peers");
      const peers = Array.isArray(answer.body) ? answer.body : [];
      const ids = peers.map((peer) => isObject(peer) ? peer.id : undefined);
      hold(ids.includes(researcher.id) && ids.includes(writerId), "a peer is missing in the list");
    },
  },
  {
    text: "The lead asks the researcher, which is busy with it from now on.",
    async run({ lead, researcher }, notes) {
      taken(await lead.client.send(researcher.id, RESEARCH_TASK), "the task");
      const task = await researcher.receive(lead.id);
      hold(task?.text === RESEARCH_TASK, "the task did not come into the researcher's inbox");
      notes.taskId = task?.id ?? "";
      await researcher.heart.beat({ activeTasks: 1, currentTask: "Looking up the tides" });
    },
  },
  {
    text: "The researcher has found it, and saves it where the team reads it.",
    async run({ researcher: { client } }) {
      const memory = { content: MEMORY, scope: "TEAM" };
      taken(await client.call("POST", client.path("/memories"), memory), "the memory");
    },
  },
  {
    text: "The researcher answers the lead.",
    async run({ lead, researcher }, { taskId = "" }) {
      taken(await researcher.client.send(lead.id, FINDING, { inReplyTo: taskId }), "the answer");
      await researcher.heart.rest();
      const answer = await lead.receive(researcher.id);
      hold(answer?.text === FINDING, "the answer did not come into the lead's inbox");
    },
  },
  {
    text:
      "The lead has the writer make a sentence of it; the writer is called and answers at once.",
    async run({ lead, writerId }, notes) {
      const answer = await lead.client.send(writerId, WRITING_TASK);
      taken(answer, "the task");
      notes.sentence = replyText(answer.body) ?? "";
      hold(notes.sentence.startsWith("In short: low tide"), "the writer sent no sentence");
    },
  },
  {
    text: "The lead answers the user.",
    async run({ lead }, { sentence = "" }) {
      taken(await lead.client.notify(sentence), "the message to the user");
      await lead.heart.rest();
    },
  },
  {
    text: "The team remembers it.",
    async run({ lead: { client } }) {
      const answer = await client.call("GET", client.path("/memories"));
      taken(answer, "the question for memories");
      const found = Array.isArray(answer.body) ? answer.body : [];
      hold(
        found.some((memory) => isObject(memory) && memory.content === MEMORY),
        "the lead does not find what the researcher saved",
      );
    },
  },
  {
    text: "The lead wants to delete its draft, and asks whether it may.",
    async run({ lead: { client } }, notes) {
      const memory = { content: DRAFT, scope: "LOCAL" };
      notes.draftId = idIn(await client.call("POST", client.path("/memories"), memory), "id");
      notes.requestId = idIn(
        await client.call("POST", client.path("/requests"), {
          kind: "approval",
          recipient_type: "user",
          recipient_id: "",
          title: DELETION,
          detail: DELETION_REASON,
        }),
        "request_id",
      );
    },
  },
  {
    text: "It is approved, and the lead deletes the draft.",
    async run({ platform, lead }, { draftId = "", requestId = "" }) {
      // Somebody who watches may have decided in the page meanwhile.
      const { status } = await platform.respondAsPerson(requestId, "approved");
      hold(status === 200 || status === 404, `the approval was answered with ${status}`);
      hold(
        await lead.isNotified(`request-responded:${requestId}`),
        "the lead does not hear how it was decided",
      );
      const { client } = lead;
      const asked = await client.call("GET", client.path(`/requests/${requestId}`));
      taken(asked, "the question how it was decided");
      const request = isObject(asked.body) ? asked.body.request : undefined;
      if (!isObject(request) || request.status !== "approved") return; // Then it stays.
      taken(await client.call("DELETE", client.path(`/v2/memories/${draftId}`)), "the deletion");
    },
  },
];

/** The id that the answer to something new gives it. */
function idIn(answer: Answer, key: string): string {
  taken(answer, "something new");
  const id = isObject(answer.body) ? answer.body[key] : undefined;
  hold(typeof id === "string", "something new has no id");
  return String(id);
}

function taken({ status, body }: Answer, what: string): void {
  const reason = isObject(body) && typeof body.error === "string" ? `: ${body.error}` : "";
  const answered = status === 0 ? "did not answer" : `answered ${status}${reason}`;
  hold(
    status >= 200 && status < 300 && status !== 202,
    `${what} was not taken, the platform ${answered}`,
  );
}

function hold(held: boolean, otherwise: string): void {
  if (!held) throw new Error(otherwise);
}
