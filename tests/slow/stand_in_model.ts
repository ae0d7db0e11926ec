import { field, isObject } from "../../src/lib/json.ts";

/** A server in the place of a client's model. */
export interface StandInModel extends AsyncDisposable {
  readonly url: string;
  /** What the model got back from the tool, as it stood in the requests. */
  readonly results: readonly string[];
}

type Body = Readonly<Record<string, unknown>>;

/** What a model does: one call after the other, each with its input. */
export type Script = readonly { readonly tool: string; readonly input: Body }[];

/**
 * Starts a model that does what a script says, and is then content: it speaks Anthropic Messages.
 */
export function startScriptedModel(script: Script): StandInModel {
  return startModel((path, body) => {
    if (!path.endsWith("/messages")) return undefined;
    const made = JSON.stringify(body.messages ?? []).split('"tool_result"').length - 1;
    return anthropic(body, script[made]);
  });
}

/**
 * Starts a model that speaks the four protocols that clients use (Anthropic Messages, OpenAI Responses
 * and Chat Completions, Gemini), asks for one tool as soon as it is offered, and is content with
 * whatever comes back.
 */
export function startStandInModel(tool: string): StandInModel {
  return startModel((path, body) => answerOf(path, body, tool));
}

function startModel(answerTo: (path: string, body: Body) => Answer | undefined): StandInModel {
  const results: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      if (request.method !== "POST") return Response.json({ data: [], models: [] });
      const body: unknown = await request.json().catch(() => ({}));
      if (!isObject(body)) return new Response(null, { status: 400 });
      const answer = answerTo(pathname, body);
      if (!answer) return Response.json({ input_tokens: 1 });
      if (answer.result !== undefined) results.push(answer.result);
      if (answer.json !== undefined) return Response.json(answer.json);
      const events = answer.events.map(({ event, data }) =>
        `${event === undefined ? "" : `event: ${event}\n`}data: ${
          typeof data === "string" ? data : JSON.stringify(data)
        }\n\n`
      );
      return new Response(events.join(""), { headers: { "content-type": "text/event-stream" } });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    results,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

interface Answer {
  readonly events: readonly { readonly event?: string; readonly data: unknown }[];
  readonly json?: unknown;
  readonly result?: string;
}

function answerOf(path: string, body: Body, tool: string): Answer | undefined {
  if (path.endsWith("/messages")) {
    const isMade = resultIn(body.messages, '"tool_result"') !== undefined;
    return anthropic(body, isMade ? undefined : { tool, input: {} });
  }
  if (path.endsWith("/responses")) return openAiResponses(body, tool);
  if (path.endsWith("/chat/completions")) return chatCompletions(body, tool);
  if (/:(streamG|g)enerateContent$/.test(path)) return gemini(path, body, tool);
  return undefined;
}

/** The name under which a request offers the tool: each client has a prefix of its own. */
function offered(body: Body, tool: string): string | undefined {
  const names = [...JSON.stringify(body.tools ?? []).matchAll(/"name":"([^"]+)"/g)]
    .map(([, name = ""]) => name);
  return names.find((name) => name.endsWith(tool));
}

/** What follows the call in the conversation, if it has been made. */
function resultIn(list: unknown, mark: string): string | undefined {
  const text = JSON.stringify(list ?? []);
  return text.includes(mark) ? text : undefined;
}

function anthropic(body: Body, call: Script[number] | undefined): Answer {
  const result = resultIn(body.messages, '"tool_result"');
  const name = call && offered(body, call.tool);
  const isCall = call !== undefined && name !== undefined;
  const id = `toolu_${call?.tool}`;
  const block = isCall ? { type: "tool_use", id, name, input: {} } : { type: "text", text: "" };
  const delta = isCall
    ? { type: "input_json_delta", partial_json: JSON.stringify(call.input) }
    : { type: "text_delta", text: "done" };
  const stop_reason = isCall ? "tool_use" : "end_turn";
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = { id: "msg_1", type: "message", role: "assistant", model: "stand-in", usage };
  if (body.stream !== true) {
    const content = [isCall ? { ...block, input: call.input } : { type: "text", text: "done" }];
    return { events: [], json: { ...message, content, stop_reason }, result };
  }
  const events = [
    { type: "message_start", message: { ...message, content: [], stop_reason: null } },
    { type: "content_block_start", index: 0, content_block: block },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason }, usage },
    { type: "message_stop" },
  ].map((data) => ({ event: data.type, data }));
  return { events, result };
}

function openAiResponses(body: Body, tool: string): Answer {
  const result = resultIn(body.input, '"function_call_output"');
  const name = offered(body, tool);
  // codex groups a server's tools under a name of the group.
  const group = groupOf(body.tools, tool);
  const item = name !== undefined && result === undefined
    ? {
      type: "function_call",
      id: "fc_1",
      call_id: "call_1",
      name,
      arguments: "{}",
      ...(group !== undefined && { namespace: group }),
    }
    : {
      type: "message",
      id: "msg_1",
      role: "assistant",
      content: [{ type: "output_text", text: "done" }],
    };
  const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
  const events = [
    { type: "response.created", response: { id: "resp_1" } },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: { id: "resp_1", output: [item], usage } },
  ].map((data) => ({ event: data.type, data }));
  return { events, result };
}

function groupOf(tools: unknown, tool: string): string | undefined {
  const group = (Array.isArray(tools) ? tools : []).find((each) =>
    field(each, "type") === "namespace" && JSON.stringify(each).includes(`${tool}"`)
  );
  const name = field(group, "name");
  return typeof name === "string" ? name : undefined;
}

function chatCompletions(body: Body, tool: string): Answer {
  const result = resultIn(body.messages, '"role":"tool"');
  const name = offered(body, tool);
  const isCall = name !== undefined && result === undefined;
  const call = { id: "call_1", type: "function", function: { name, arguments: "{}" } };
  const message = isCall
    ? { role: "assistant", content: null, tool_calls: [{ index: 0, ...call }] }
    : { role: "assistant", content: "done" };
  const finish_reason = isCall ? "tool_calls" : "stop";
  const base = { id: "chat_1", model: "stand-in", created: 1 };
  if (body.stream !== true) {
    const choices = [{ index: 0, message, finish_reason }];
    return { events: [], json: { ...base, object: "chat.completion", choices }, result };
  }
  const chunk = (delta: unknown, finish_reason: string | null) => ({
    data: {
      ...base,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason }],
    },
  });
  return { events: [chunk(message, null), chunk({}, finish_reason), { data: "[DONE]" }], result };
}

function gemini(path: string, body: Body, tool: string): Answer {
  const result = resultIn(body.contents, '"functionResponse"');
  const name = offered(body, tool);
  const part = name !== undefined && result === undefined
    ? { functionCall: { name, args: {} } }
    : { text: "done" };
  const json = {
    candidates: [{ index: 0, finishReason: "STOP", content: { role: "model", parts: [part] } }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  };
  return path.includes(":stream")
    ? { events: [{ data: json }], result }
    : { events: [], json, result };
}
