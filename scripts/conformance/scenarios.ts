/**
 * Every server scenario of the conformance suite: whether it applies to a stdio server that has tools
 * only, and with a fixed table of them.
 *
 * @module
 */

/** Of the handshake era, as far as the suite runs scenarios in them. */
const HANDSHAKE_VERSIONS = ["2025-06-18", "2025-11-25"] as const;
/** Without a handshake. */
const STATELESS_VERSION = "2026-07-28";

/** A scenario that has to pass. */
export interface Applicable {
  readonly name: string;
  /** The protocol versions that it is run in. */
  readonly versions: readonly string[];
  /** Checks in it that do not apply, each with the reason; they have to fail. */
  readonly except?: Readonly<Record<string, string>>;
}

const NOT_OFFERED = "asks for resources or prompts, which this server does not have";
const OF_HTTP = "looks at the HTTP transport, which would be the bridge's here";
const OWN_TEST_TOOL = "calls one of the suite's own test tools; the tool table is fixed";

/** What has to pass. */
export const APPLICABLE: readonly Applicable[] = [
  { name: "server-initialize", versions: HANDSHAKE_VERSIONS },
  { name: "ping", versions: HANDSHAKE_VERSIONS },
  { name: "tools-list", versions: [...HANDSHAKE_VERSIONS, STATELESS_VERSION] },
  // Three requests at the same time, whatever carries them.
  { name: "server-sse-multiple-streams", versions: ["2025-11-25", STATELESS_VERSION] },
  {
    name: "server-stateless",
    versions: [STATELESS_VERSION],
    except: {
      "sep-2575-http-server-header-mismatch-400": OF_HTTP,
      "sep-2575-http-server-method-not-found-404-initialize":
        "initialize is served: it begins the handshake era, which this server speaks too",
      "sep-2575-server-rejects-undeclared-capability": OWN_TEST_TOOL,
      "sep-2575-missing-capability-http-400": OWN_TEST_TOOL,
      "sep-2575-http-server-no-independent-requests-on-stream": OWN_TEST_TOOL,
      "sep-2575-server-no-log-without-loglevel": OWN_TEST_TOOL,
    },
  },
  {
    name: "caching",
    versions: [STATELESS_VERSION],
    except: {
      "sep-2549-prompts-list-caching-hints": NOT_OFFERED,
      "sep-2549-resources-list-caching-hints": NOT_OFFERED,
      "sep-2549-resources-templates-list-caching-hints": NOT_OFFERED,
    },
  },
  { name: "input-required-result-unsupported-methods", versions: [STATELESS_VERSION] },
];

/** What does not apply, by the reason. */
const BY_REASON: Readonly<Record<string, readonly string[]>> = {
  [OF_HTTP]: [
    "server-session-lifecycle",
    "dns-rebinding-protection",
    "http-header-validation",
    "http-custom-header-server-validation",
  ],
  [OWN_TEST_TOOL]: [
    "tools-call-simple-text",
    "tools-call-image",
    "tools-call-audio",
    "tools-call-embedded-resource",
    "tools-call-mixed-content",
    "tools-call-with-logging",
    "tools-call-error",
    "tools-call-with-progress",
    "tools-call-sampling",
    "tools-call-elicitation",
    "json-schema-2020-12",
    "elicitation-sep1034-defaults",
    "elicitation-sep1330-enums",
    "server-sse-polling",
    "input-required-result-basic-elicitation",
    "input-required-result-basic-sampling",
    "input-required-result-basic-list-roots",
    "input-required-result-request-state",
    "input-required-result-multiple-input-requests",
    "input-required-result-multi-round",
    "input-required-result-missing-input-response",
    "input-required-result-result-type",
    "input-required-result-tampered-state",
    "input-required-result-capability-check",
    "input-required-result-ignore-extra-params",
    "input-required-result-validate-input",
  ],
  [NOT_OFFERED]: [
    "resources-list",
    "resources-read-text",
    "resources-read-binary",
    "resources-templates-read",
    "resources-subscribe",
    "resources-unsubscribe",
    "sep-2164-resource-not-found",
    "prompts-list",
    "prompts-get-simple",
    "prompts-get-with-args",
    "prompts-get-embedded-resource",
    "prompts-get-with-image",
    "input-required-result-non-tool-request",
  ],
  "asks for completion of prompt arguments, and there are no prompts": ["completion-complete"],
  "sets the level of log messages, and this server sends none": ["logging-set-level"],
  "is of the skills extension, which this server does not declare": [
    "sep-2640-skills-directory",
    "sep-2640-skills-enumeration",
    "sep-2640-skills-manifest",
  ],
  "is of the tasks extension, which this server does not declare": [
    "tasks-lifecycle",
    "tasks-capability-negotiation",
    "tasks-wire-fields",
    "tasks-request-state-removal",
    "tasks-mrtr-input",
    "tasks-request-headers",
    "tasks-dispatch-and-envelope",
    "tasks-status-notifications",
    "tasks-required-task-error",
    "tasks-mrtr-composition",
  ],
};

/** What does not apply, with the reason. */
export const NOT_APPLICABLE: ReadonlyMap<string, string> = new Map(
  Object.entries(BY_REASON).flatMap(([reason, names]) =>
    names.map((name): [string, string] => [name, reason])
  ),
);

/** Scenarios that only the suite has, and those that only this file has. */
export function strangers(known: readonly string[]): { unlisted: string[]; gone: string[] } {
  const listed = new Set([...APPLICABLE.map(({ name }) => name), ...NOT_APPLICABLE.keys()]);
  return {
    unlisted: known.filter((name) => !listed.has(name)),
    gone: [...listed].filter((name) => !known.includes(name)),
  };
}
