/** What stands between this machine and a platform, or in its place. */
import { ConnectProxy } from "./connect_proxy.ts";
import type { Stage } from "./stage.ts";

/** Something other than the platform answers. */
export const instead =
  (answer: (request: Request) => Response | Promise<Response>) => (stage: Stage) => ({
    env: { PLATFORM_URL: `http://127.0.0.1:${stage.serve(answer)}` },
  });

/** A server with a certificate for this name, reached as `localhost`. */
export async function tls(stage: Stage, { host = "localhost", days = 30, trusted = true } = {}) {
  const certificates = await stage.certificates();
  const port = stage.serve(() => Response.json({}), await certificates.for(host, { days }));
  return {
    isProcess: true,
    env: {
      PLATFORM_URL: `https://localhost:${port}`,
      DENO_CERT: trusted ? certificates.authority : undefined,
    },
  };
}

/** A body without end, a byte a second. */
export function slow(): ReadableStream<Uint8Array<ArrayBuffer>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new ReadableStream({
    pull: (controller) =>
      new Promise((done) => {
        timer = setTimeout(() => done(controller.enqueue(new Uint8Array([32]))), 1_000);
      }),
    cancel: () => clearTimeout(timer),
  });
}

export function gzipped(text: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
}

export function page(text: string, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(`<!doctype html><title>${text}</title>`, {
    status,
    headers: { "content-type": "text/html", ...headers },
  });
}

/** A proxy in between, which answers CONNECT like this. */
export const proxied = (answer: string | undefined) => async (stage: Stage) => {
  const certificates = await stage.certificates();
  const port = stage.serve(() => Response.json({}), await certificates.for("acme.example"));
  const proxy = stage.use(ConnectProxy.start({ answer, port }));
  return {
    isProcess: true,
    env: {
      PLATFORM_URL: "https://acme.example",
      HTTPS_PROXY: `http://user:hunter22@127.0.0.1:${proxy.port}`,
      NO_PROXY: "",
      DENO_CERT: certificates.authority,
    },
  };
};

/** A port on which nothing listens. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}
