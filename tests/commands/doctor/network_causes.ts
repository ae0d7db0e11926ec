/** Causes between this machine and the platform. */
import { permissionFlags } from "../../../scripts/permissions.ts";
import { Certificates } from "../../e2e/certificates.ts";
import { IS_EXECUTABLE } from "../../e2e/program.ts";
import { firstReason, lacking } from "../../support/test_unless.ts";
import { freePort, gzipped, instead, page, proxied, slow, tls } from "./in_between.ts";
import { type Cause, fails } from "./stage.ts";

const NO_OPENSSL = lacking("openssl", Certificates.available);
const ASK_MS = 1_000;

const TLS: readonly Cause[] = [
  fails(
    "network.tls_unknown_issuer",
    "the certificate is of a company's own authority",
    (stage) => tls(stage, { trusted: false }),
  ),
  fails(
    "network.tls_name",
    "the certificate is for another name",
    (stage) => tls(stage, { host: "other.example" }),
  ),
  fails("network.tls_expired", "the certificate has expired", (stage) => tls(stage, { days: -1 })),
  fails("network.certificate_setting", "DENO_CERT names no file", async (stage) => {
    const difference = await tls(stage);
    return { ...difference, env: { ...difference.env, DENO_CERT: "/none/ca.pem" } };
  }),
  fails("network.needs_https", "http:// to a port that speaks https", async (stage) => {
    const certificates = await stage.certificates();
    const port = stage.serve(() => Response.json({}), await certificates.for("localhost"));
    return { env: { PLATFORM_URL: `http://localhost:${port}` } };
  }),
  fails(
    "network.proxy_login",
    "the proxy asks for a login",
    proxied(
      "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n",
    ),
  ),
  fails(
    "network.proxy_refuses",
    "the proxy refuses the host",
    proxied(
      "HTTP/1.1 403 Forbidden\r\n\r\n",
    ),
  ),
].map((cause) => ({ ...cause, skip: firstReason(cause.skip, NO_OPENSSL) }));

const CONNECTION: readonly Cause[] = [
  fails("network.dns", "the host's name has a typo", () => ({
    env: { PLATFORM_URL: "https://acme.invalid" },
  })),
  fails("network.refused", "nothing listens at the port", () => ({
    env: { PLATFORM_URL: `http://127.0.0.1:${freePort()}` },
  })),
  fails("network.hangs", "the platform takes the connection and is silent", (stage) => ({
    ...instead(() => new Promise<Response>(() => {}))(stage),
    world: { askMs: ASK_MS },
  })),
  fails("network.needs_http", "https:// to a port that speaks http", (stage) => ({
    env: { PLATFORM_URL: stage.platform.url.replace("http:", "https:") },
  })),
  fails("network.port_blocked", "the port is one that no client may use", () => ({
    env: { PLATFORM_URL: "http://127.0.0.1:6000" },
  })),
  fails("network.proxy_down", "the proxy is not there", () => ({
    isProcess: true,
    env: {
      PLATFORM_URL: "https://acme.example",
      HTTPS_PROXY: `http://127.0.0.1:${freePort()}`,
      NO_PROXY: "",
    },
  })),
  fails("network.permission", "Deno may not reach the platform", () => ({
    isProcess: true,
    permissions: permissionFlags().map((flag) =>
      flag === "--allow-net" ? "--allow-net=other.example" : flag
    ),
  }), { skip: lacking("choice of permissions", !IS_EXECUTABLE) }),
  ...TLS,
];

const ANSWERS: readonly Cause[] = [
  fails(
    "network.redirect",
    "the platform redirects to another address",
    instead(() => Response.redirect("https://app.example.com/", 301)),
  ),
  fails(
    "network.redirect",
    "a login page stands before the platform",
    instead(() => new Response(null, { status: 302, headers: { location: "/login" } })),
  ),
  fails("network.not_platform", "a web page answers", instead(() => page("Welcome"))),
  fails("network.not_platform", "another API answers", instead(() => Response.json(["hello"]))),
  fails(
    "network.not_platform",
    "an answer of 10 MB",
    instead(() => new Response("x".repeat(10 * 1024 * 1024))),
  ),
  fails("network.path", "PLATFORM_URL has a path too much", (stage) => ({
    env: { PLATFORM_URL: `${stage.platform.url}/api/v1` },
  })),
  fails(
    "network.organisation_missing",
    "a hosted platform asks for the organisation",
    instead(() =>
      Response.json({ error: "missing", code: "TENANT_ORG_HEADER_REQUIRED" }, { status: 400 })
    ),
  ),
  fails(
    "network.organisation_missing",
    "an older hosted platform hides its routes",
    instead((
      request,
    ) =>
      new URL(request.url).pathname === "/health"
        ? Response.json({ status: "ok" })
        : new Response(null, { status: 404 })
    ),
  ),
  fails("network.organisation_wrong", "the organisation is another one", (stage) => ({
    env: {
      ...instead((request) =>
        new URL(request.url).pathname === "/health"
          ? Response.json({ status: "ok" })
          : new Response(null, { status: 404 })
      )(stage).env,
      MOLECULE_ORG_ID: "org-2",
    },
  })),
  fails(
    "network.origin",
    "a proxy before the platform changes the Host header",
    (stage) =>
      instead(async (request) => {
        const { pathname, search } = new URL(request.url);
        const headers = new Headers(request.headers);
        headers.delete("host");
        return await fetch(stage.platform.url + pathname + search, { headers });
      })(stage),
  ),
  fails(
    "network.gateway",
    "the platform is down behind its gateway",
    instead(() => page("Bad Gateway", 502)),
  ),
  fails("network.portal", "a network asks to log in first", instead(() => page("Log in", 511))),
  fails("network.rate_limited", "the platform asks to wait", instead(() => page("Too many", 429))),
  fails(
    "network.portal",
    "a proxy asks for a login in the platform's place",
    instead(() => page("Log in", 407)),
  ),
  fails(
    "network.gateway",
    "a gateway that answers in JSON has no platform behind it",
    instead(() => Response.json({ error: "no healthy upstream" }, { status: 502 })),
  ),
  fails(
    "network.gateway_login",
    "a gateway asks for a login of its own",
    instead(() => page("Authorization Required", 401, { "www-authenticate": "Basic realm=x" })),
  ),
  fails(
    "network.gateway_login",
    "a gateway that answers in JSON asks for a login of its own",
    instead(() => Response.json({ error: "unauthorized" }, { status: 401 })),
  ),
  fails(
    "network.blocked",
    "a firewall before the platform refuses this machine",
    instead(() => page("Access denied", 403)),
  ),
  fails(
    "network.not_platform",
    "another API does not know the workspace's path",
    instead(() => Response.json({ error: "Not Found" }, { status: 404 })),
  ),
  fails(
    "network.not_platform",
    "a login page answers everything, packed",
    instead(() =>
      new Response(gzipped("<!doctype html><title>Log in"), {
        headers: { "content-type": "text/html", "content-encoding": "gzip" },
      })
    ),
  ),
  fails(
    "network.broken",
    "something in between packs the answer wrongly",
    instead(() =>
      new Response('{"id":"x"}', {
        headers: { "content-type": "application/json", "content-encoding": "gzip" },
      })
    ),
  ),
  fails("network.hangs", "the answer comes a byte a second", (stage) => ({
    ...instead(() => new Response(slow()))(stage),
    world: { askMs: ASK_MS },
  })),
];

/** The network. */
export const NETWORK_CAUSES: readonly Cause[] = [...CONNECTION, ...ANSWERS];
