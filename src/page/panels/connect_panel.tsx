import { useSignal } from "@preact/signals";
import { usePage } from "../parts/context.ts";
import { CopyButton } from "../parts/copy_button.tsx";
import { Status } from "../parts/status.tsx";
import { Text } from "../parts/text.tsx";

/** As `molecule-mcp install` names them, and as people do. */
const CLIENTS = [
  ["claude-code", "Claude Code"],
  ["codex", "Codex"],
  ["cursor", "Cursor"],
  ["opencode", "OpenCode"],
  ["gemini-cli", "Gemini CLI"],
  ["copilot-cli", "Copilot CLI"],
  ["hermes", "Hermes"],
  ["vscode", "VS Code"],
  ["claude-desktop", "Claude Desktop"],
] as const;

/** How to connect an agent of one's own. */
export function ConnectPanel() {
  const page = usePage();
  const client = useSignal<string>(CLIENTS[0][0]);
  const yours = page.workspaces.value.get(page.yourId.value);
  const command = `molecule-mcp install ${client.value} --local`;
  return (
    <div class="panel-body">
      <h2>Connect your agent</h2>
      {yours === undefined ? null : (
        <p>
          Your workspace: <Status workspace={yours} />
        </p>
      )}
      <h3>1. Tell your agent's program about this platform</h3>
      <p>
        <label>
          Your agent is{" "}
          <select
            value={client.value}
            onChange={({ currentTarget }) => client.value = currentTarget.value}
          >
            {CLIENTS.map(([id, name]) => <option key={id} value={id}>{name}</option>)}
          </select>
        </label>
      </p>
      <Command text={command} />
      <h3>2. Start it</h3>
      <p>
        Its status on the map becomes{" "}
        <em>online</em>. Ask it to wait for messages, then write to it here.
      </p>
      <h3>Any other MCP client</h3>
      <p>
        It starts this command. Address and token are read from <code>local/connection.json</code>
        {" "}
        in the state directory, as long as the platform runs.
      </p>
      <Command text="molecule-mcp serve --local" />
      <h3>This platform</h3>
      <dl class="about">
        <dt>Address</dt>
        <dd>
          <code>
            <Text>{page.snapshot.value?.platformUrl ?? ""}</Text>
          </code>
        </dd>
        <dt>Version</dt>
        <dd>
          <Text>{page.snapshot.value?.version ?? ""}</Text>
        </dd>
        <dt>Your workspace's id</dt>
        <dd>
          <code>
            <Text>{page.yourId.value}</Text>
          </code>
        </dd>
      </dl>
    </div>
  );
}

function Command({ text }: { readonly text: string }) {
  return (
    <p class="copy-line">
      <code>{text}</code>
      <CopyButton text={text} what="the command" />
    </p>
  );
}
