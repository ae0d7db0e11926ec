import { sha256 } from "../../scripts/release/files.ts";
import { executableName, ownTarget } from "../../scripts/release/targets.ts";
import { TestDir } from "../support/test_dir.ts";

/** What a release server does to the files that it serves. */
export interface ReleaseFaults {
  /** Files that are not there. */
  readonly missing?: readonly string[];
  /** The executable arrives with another byte than was released. */
  readonly corrupted?: boolean;
  /** The connection ends in the middle of the executable. */
  readonly cutOff?: boolean;
  /** The rest of the executable comes after this. */
  readonly stalledUntil?: Promise<void>;
  /** SHA256SUMS knows no executable of this system. */
  readonly withoutChecksum?: boolean;
}

/** The executable's name in a release for this machine. */
export const ASSET = ((own) => own ? executableName(own) : "none")(ownTarget());

/** A release on a loopback server, with a small script in the place of the executable. */
export class ReleaseServer implements AsyncDisposable {
  /** The paths that were asked for. */
  readonly requests: string[] = [];
  faults: ReleaseFaults = {};
  #program = new Uint8Array();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.program("echo molecule-mcp 1.2.3");
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {}, onError: () => new Response(null) },
      (request) => this.#answer(new URL(request.url).pathname),
    );
  }

  /** To be MOLECULE_MCP_BASE_URL. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** What the executable of the release does, as shell commands. */
  program(commands: string): void {
    this.executable(new TextEncoder().encode(`#!/bin/sh\n${commands}\n`));
  }

  /** What the executable of the release is. */
  executable(bytes: Uint8Array<ArrayBuffer>): void {
    this.#program = bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(path: string): Promise<Response> {
    this.requests.push(path);
    const name = /^\/(?:latest\/download|download\/v1\.2\.3)\/([^/]+)$/.exec(path)?.[1];
    if (name === undefined || this.faults.missing?.includes(name)) return notFound();
    if (name === "SHA256SUMS") {
      const listed = this.faults.withoutChecksum ? "another-file" : ASSET;
      return new Response(
        `${"0".repeat(64)}  something-else\n${await hashOf(this.#program)}  ${listed}\n`,
      );
    }
    if (name !== ASSET) return notFound();
    if (this.faults.corrupted) return new Response(corrupted(this.#program));
    const { cutOff, stalledUntil } = this.faults;
    if (!cutOff && !stalledUntil) return new Response(this.#program);
    return new Response(
      new ReadableStream({
        start: async (controller) => {
          controller.enqueue(this.#program.slice(0, 10));
          await stalledUntil;
          if (cutOff) return controller.error(new Error("cut off on purpose"));
          controller.enqueue(this.#program.slice(10));
          controller.close();
        },
      }),
      { headers: { "Content-Length": String(this.#program.length) } },
    );
  }
}

function notFound(): Response {
  return new Response("Not Found", { status: 404 });
}

/** With another last byte: still a script, or an executable, that runs. */
function corrupted(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.map((byte, index) => index === bytes.length - 1 ? byte ^ 1 : byte);
}

async function hashOf(bytes: Uint8Array): Promise<string> {
  await using dir = await TestDir.make();
  await Deno.writeFile(dir.at("file"), bytes);
  return await sha256(dir.at("file"));
}
