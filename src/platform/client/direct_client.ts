/**
 * A client for `fetch` that reaches an `http://` platform without any proxy, whatever the environment
 * says. Only one with its own transport does: any other follows the proxy variables.
 *
 * @param origin of the platform; the client must not be used for another one
 * @returns `undefined` for `https://`, which this transport would call without TLS; see
 * `bypassProxy`
 */
export function directClient(origin: string): Deno.HttpClient | undefined {
  const { protocol, hostname, port } = new URL(origin);
  if (protocol !== "http:") return undefined;
  return Deno.createHttpClient({
    proxy: { transport: "tcp", hostname, port: Number(port || 80) },
  });
}
