import type { PeerCertificate } from "node:tls";

/** A server's certificate, as far as it explains why it is not trusted. */
export interface Certificate {
  /** Who issued it. */
  readonly issuer: string;
  /** From when and until when it is valid. */
  readonly from?: Date;
  readonly until?: Date;
}

/**
 * Fetches the certificate of a server whose certificate is not trusted. Nothing is sent to it.
 *
 * @returns undefined where it cannot be had
 */
export async function readCertificate(origin: string): Promise<Certificate | undefined> {
  // Only node:tls shows the certificate of a server that is not trusted.
  const { connect } = await import("node:tls");
  const { isIP } = await import("node:net");
  const { hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, "");
  const { promise, resolve } = Promise.withResolvers<Certificate | undefined>();
  const socket = connect({
    host,
    port: Number(port || 443),
    rejectUnauthorized: false,
    ...(isIP(host) === 0 && { servername: host }),
  });
  socket.setTimeout(2_000, () => socket.destroy());
  socket.on("secureConnect", () => resolve(described(socket.getPeerCertificate())));
  socket.on("error", () => resolve(undefined));
  socket.on("close", () => resolve(undefined));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

function described(certificate: Partial<PeerCertificate>): Certificate | undefined {
  if (!certificate.issuer) return undefined;
  const { O, CN } = certificate.issuer;
  const names = [CN, O].flat().filter((name) => typeof name === "string");
  if (names.length === 0) return undefined;
  return {
    issuer: names.join(", "),
    ...dated("from", certificate.valid_from),
    ...dated("until", certificate.valid_to),
  };
}

function dated(name: "from" | "until", text: string | undefined): { [key in typeof name]?: Date } {
  const date = new Date(text ?? "");
  return Number.isNaN(date.getTime()) ? {} : { [name]: date };
}
