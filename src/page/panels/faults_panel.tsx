import type { FaultName, FaultView } from "../../local/page/protocol.ts";
import { usePage } from "../parts/context.ts";
import { Problem } from "../parts/problem.tsx";
import { useAction } from "../parts/use_action.ts";

interface Words {
  readonly title: string;
  readonly does: string;
  readonly agent: string;
}

const WORDS: Readonly<Record<FaultName, Words>> = {
  database: {
    title: "Database away",
    does:
      "The platform cannot reach its database; as the real one does, it then refuses every token.",
    agent: "keeps its token, tries again with growing pauses, and goes on by itself.",
  },
  unauthorized: {
    title: "Token refused",
    does: "Every request is answered with 401, as if its token were wrong.",
    agent:
      "looks for another token, says in its tools what is wrong, and comes back when one is accepted.",
  },
  "rate-limit": {
    title: "Too many requests",
    does: "Requests are answered with 429 and a time to wait (Retry-After).",
    agent: "waits as long as it was told to, and sends nothing twice.",
  },
  slow: {
    title: "Slow",
    does: "Every answer comes two seconds later.",
    agent: "stays online, and its calls end in time or say that they go on.",
  },
  "stream-off": {
    title: "Event stream off",
    does: "The stream that wakes agents is not there.",
    agent:
      "asks for messages from time to time instead: they come a little later, and all of them.",
  },
  "network-cut": {
    title: "Network cut",
    does: "Every connection is cut, and each new one breaks off without an answer.",
    agent: "connects again, loses no message, and handles none twice.",
  },
};

/** What can be made to go wrong, to see how agents cope. */
export function FaultsPanel() {
  const page = usePage();
  return (
    <div class="panel-body">
      <h2>Faults</h2>
      <p>
        Switch one on, write to your agent, and watch. A fault meets agents alone: this page goes
        on.
      </p>
      <ul class="faults">
        {page.faults.value.map((fault) => <Fault key={fault.name} fault={fault} />)}
      </ul>
    </div>
  );
}

function Fault({ fault: { name, isOn } }: { readonly fault: FaultView }) {
  const page = usePage();
  const { isRunning, problem, run } = useAction();
  const { title, does, agent } = WORDS[name];
  const id = `fault-${name}`;
  return (
    <li class="card">
      <div class="fault-head">
        <h3 id={id}>{title}</h3>
        <button
          type="button"
          role="switch"
          class="switch"
          aria-checked={isOn}
          aria-labelledby={id}
          aria-describedby={`${id}-does`}
          aria-busy={isRunning.value}
          onClick={() => run(() => page.api.setFault(name, !isOn))}
        >
          <span class="switch-track" aria-hidden="true">
            <span class="switch-thumb" />
          </span>
          <span aria-hidden="true">{isOn ? "On" : "Off"}</span>
        </button>
      </div>
      <p id={`${id}-does`}>{does}</p>
      <p class="quiet">The agent {agent}</p>
      <Problem text={problem.value} />
    </li>
  );
}
