const CERTIFICATE = /invalid peer certificate|UnknownIssuer|CA file|certificate store/;
const DEEPEST_CAUSE = 5;

/** Whether a registry can be reached from this network and, if not, whether its certificate is why. */
export async function reach(
  url: URL,
  timeoutMs: number,
): Promise<"answers" | "certificate not trusted" | "no answer"> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    return response.ok ? "answers" : "no answer";
  } catch (error) {
    let cause = error;
    for (let depth = 0; cause instanceof Error && depth < DEEPEST_CAUSE; depth++) {
      if (CERTIFICATE.test(cause.message)) return "certificate not trusted";
      cause = cause.cause;
    }
    return "no answer"; // Any other failure means the same: not reachable from this network.
  }
}

/** What to do when no download can succeed; printed at once, instead of after many retries. */
export function certificateAdvice(registry: string): string {
  return `Cannot download the dependencies: the certificate of ${registry} was issued by an ` +
    "authority that Deno does not trust (UnknownIssuer). Behind a company's proxy that is usually " +
    "its own. Then set\n\n" +
    "  DENO_TLS_CA_STORE=system         to use the certificates that this machine trusts, or\n" +
    "  DENO_CERT=/path/to/authority.pem to name the authority's file\n\n" +
    "and run the task again. (MOLECULE_DEPS=npm skips this look, for when all is in Deno's cache.)";
}
