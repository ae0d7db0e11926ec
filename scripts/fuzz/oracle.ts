import { field, isObject, type JsonObject } from "../../src/lib/json.ts";
import { CODE, type Due, error, type Id, invalid, orRefused, unaddressed } from "./due.ts";
import { wanted } from "./requests.ts";
import type { Rule } from "./rules.ts";

/** The one version with batches. */
const BATCH_VERSION = "2025-03-26";
const MAX_LINE_BYTES = 32 * 1024 * 1024;
/** The program takes 500 levels and 500,000 values; what is close to that is not sent. */
const DEPTH = { surelyTaken: 450, surelyRefused: 550 };
const VALUES = { surelyTaken: 200_000, surelyRefused: 600_000 };

/** Of a request. */
const MEMBERS = ["jsonrpc", "id", "method", "params"];

/** What has to come for the lines of a session, and which of them are sent at all. */
export interface Plan {
  readonly lines: readonly Uint8Array[];
  readonly dues: readonly Due[];
  /** Tokens that progress may be told for. */
  readonly tokens: readonly unknown[];
}

interface Used {
  /** Requests with this id that may still be open. */
  readonly open: "surely" | "maybe" | "no";
  readonly selects: boolean;
  readonly cancelled: boolean;
  readonly dues: readonly Due[];
}

/** A line that nobody can predict, or that depends on a rule which the program has yet to learn. */
class Unclear extends Error {}

/**
 * Says which answers are due, from the bytes of the lines alone: by JSON-RPC and MCP, not by what the
 * program does. One for each process, since `initialize` selects the version of what follows.
 */
export class Oracle {
  readonly #notYet: readonly Rule[];
  /** Of the last `initialize` of an earlier session; null when nobody can tell. */
  #version: string | null = null;
  /**
   * Of the last `initialize`. It holds from the next session on: nobody should send more than pings
   * before its answer, so what it means for the lines right behind it is not said.
   */
  #selected: string | null = null;
  #groups = 0;
  #batchIds = new Set<Id>();
  #used = new Map<Id, Used>();
  #dues: Due[] = [];
  #tokens: unknown[] = [];

  constructor(notYet: readonly Rule[]) {
    this.#notYet = notYet;
  }

  /** A session's lines, those that can be foretold; calls that wait for ever are cancelled at its end. */
  plan(lines: readonly Uint8Array[]): Plan {
    this.#version = this.#selected;
    this.#used = new Map();
    this.#dues = [];
    this.#tokens = [];
    const kept = lines.filter((line) => this.#takes(line));
    const cancelled = [...this.#used].filter(([, { open }]) => open !== "no").map(([id]) => {
      const method = "notifications/cancelled";
      return bytesOf({ jsonrpc: "2.0", method, params: { requestId: id } });
    });
    return {
      lines: [...kept, ...cancelled.filter((line) => this.#takes(line))],
      dues: this.#dues,
      tokens: this.#tokens,
    };
  }

  #takes(line: Uint8Array): boolean {
    const before = {
      version: this.#version,
      selected: this.#selected,
      dues: this.#dues.map((due) => ({ due, required: due.required })),
      used: [...this.#used].map(([id, used]): [Id, Used] => [id, { ...used }]),
      tokens: [...this.#tokens],
    };
    try {
      this.#line(line);
      return true;
    } catch (error) {
      if (!(error instanceof Unclear)) throw error;
      this.#version = before.version;
      this.#selected = before.selected;
      this.#dues = before.dues.map(({ due, required }) => Object.assign(due, { required }));
      this.#used = new Map(before.used);
      this.#tokens = before.tokens;
      return false;
    }
  }

  #line(line: Uint8Array): void {
    if (line.byteLength > MAX_LINE_BYTES) return this.#owe(unaddressed(CODE.invalidRequest));
    const text = new TextDecoder().decode(line);
    if (/^[ \t\r]*$/.test(text)) return;
    if (text.trim() === "") throw new Unclear();
    const size = sizeOf(text);
    if (size === "near the bounds") throw new Unclear();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      const codes = size === "fits" ? [CODE.parse] : [CODE.parse, CODE.invalidRequest];
      return this.#owe(unaddressed(...codes));
    }
    if (size === "too much") return this.#owe(unaddressed(CODE.invalidRequest));
    if (Array.isArray(json)) this.#batch(json);
    else this.#message(json, undefined);
  }

  #batch(messages: readonly unknown[]): void {
    if (this.#version === null) throw new Unclear();
    if (this.#version !== BATCH_VERSION) return this.#owe(unaddressed(CODE.invalidRequest));
    this.#restOn("batches");
    if (messages.length === 0) return this.#owe(unaddressed(CODE.invalidRequest));
    const group = ++this.#groups;
    this.#batchIds = new Set();
    for (const message of messages) this.#message(message, group);
  }

  #message(json: unknown, group: number | undefined): void {
    const owe = (due: Due) => this.#owe(group === undefined ? due : { ...due, group });
    const nobody = unaddressed(CODE.invalidRequest);
    if (!isObject(json)) return void owe(nobody);
    const { jsonrpc, id, method, params } = json;
    const has = (name: string) => Object.hasOwn(json, name);
    const isId = typeof id === "string" || Number.isInteger(id);
    if (typeof id === "number" && isId && !Number.isSafeInteger(id)) throw new Unclear();
    if (!has("method") && (has("result") || has("error"))) {
      const well = jsonrpc === "2.0" && isId && isObject(json.result) && !has("error");
      if (!well) this.#restOn("silence");
      return;
    }
    if (has("method") && !has("id")) return this.#notification(json);
    // Nothing says whether `{}` or an id of null is to be answered.
    if (id === null || id === undefined) return void owe({ ...nobody, required: false });
    if (typeof id !== "string" && typeof id !== "number") return void owe(nobody);
    if (!isId) return void owe(nobody);
    if (group !== undefined) {
      if (this.#batchIds.has(id) || this.#used.has(id)) this.#restOn("ids twice in a batch");
      this.#batchIds.add(id);
    }
    if (typeof method !== "string" || jsonrpc !== "2.0") return void owe(invalid(id));
    if (has("result") || has("error")) throw new Unclear();
    if (Object.keys(json).some((key) => !MEMBERS.includes(key))) this.#restOn("odd members");
    const isAbsent = params === null || (Array.isArray(params) && params.length === 0);
    if (isAbsent) this.#restOn("absent params");
    if (params !== undefined && !isAbsent && !isObject(params)) return void owe(error(id));
    this.#request(id, method, isObject(params) ? params : {}, group);
  }

  #request(id: Id, method: string, params: JsonObject, group: number | undefined): void {
    const want = wanted(id, method, params);
    if (!want || (group !== undefined && want.open)) throw new Unclear();
    want.rules.forEach((rule) => this.#restOn(rule));
    const used = this.#used.get(id);
    if (used) this.#restOn(used.cancelled ? "ids of cancelled requests" : "duplicate ids");
    const isRefused = used?.open === "surely";
    // It cannot be known whether an answer comes before the next request with its id is read.
    if (want.selects !== undefined && used) throw new Unclear();
    if (want.open && used && !isRefused) throw new Unclear();
    const due: Due = {
      ...(isRefused ? error(id, CODE.invalidRequest) : used ? orRefused(want.due, id) : want.due),
      group,
    };
    this.#owe(due);
    const { progressToken } = isObject(params._meta) ? params._meta : {};
    if (progressToken !== undefined) this.#tokens.push(progressToken);
    if (isRefused) return;
    // An `initialize` in a batch is forbidden, and nothing says what becomes of it.
    if (group !== undefined && want.selects !== undefined) throw new Unclear();
    if (want.selects !== undefined) [this.#version, this.#selected] = [null, want.selects];
    if (want.open === "maybe") due.required = false;
    this.#used.set(id, {
      open: want.open ?? "no",
      selects: want.selects !== undefined,
      cancelled: used?.cancelled ?? false,
      dues: [...(used?.dues ?? []), due],
    });
  }

  #notification(json: JsonObject): void {
    const { jsonrpc, method, params } = json;
    const well = jsonrpc === "2.0" && typeof method === "string" &&
      (params === undefined || isObject(params)) && Object.keys(json).length <= 3;
    if (!well) this.#restOn("silence");
    if (method !== "notifications/cancelled") return;
    const used = this.#used.get(field(params, "requestId") as Id);
    if (!used) return;
    for (const due of used.dues) due.required = false;
    if (!well) throw new Unclear();
    // Forbidden, and nothing says what becomes of the version.
    if (used.selects) throw new Unclear();
    if (used.open === "surely") {
      // Nothing else could have ended it: an answer now would be one to a cancelled request.
      this.#dues = this.#dues.filter((due) => !used.dues.includes(due));
    }
    this.#used.set(field(params, "requestId") as Id, { ...used, open: "no", cancelled: true });
  }

  #owe(due: Due): void {
    this.#dues.push(due);
  }

  #restOn(rule: Rule): void {
    if (this.#notYet.includes(rule)) throw new Unclear();
  }
}

/** A message as the bytes of its line. */
export function bytesOf(message: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message));
}

function sizeOf(text: string): "fits" | "near the bounds" | "too much" {
  const outside = text.replace(/"(?:[^"\\]|\\.)*("|$)/gs, "");
  let [depth, deepest, values] = [0, 0, 0];
  for (const character of outside) {
    if (character === "[" || character === "{") deepest = Math.max(deepest, ++depth);
    else if (character === "]" || character === "}") depth -= 1;
    if (character !== "]" && character !== "}") values += /[[{,]/.test(character) ? 1 : 0;
  }
  if (deepest > DEPTH.surelyRefused || values > VALUES.surelyRefused) return "too much";
  const fits = deepest < DEPTH.surelyTaken && values < VALUES.surelyTaken;
  return fits ? "fits" : "near the bounds";
}
