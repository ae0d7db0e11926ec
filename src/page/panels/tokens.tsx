import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { CreatedToken, TokenView } from "../../local/page/protocol.ts";
import { usePage } from "../parts/context.ts";
import { CopyButton } from "../parts/copy_button.tsx";
import { Problem } from "../parts/problem.tsx";
import { useAction } from "../parts/use_action.ts";
import { useReading } from "../parts/use_reading.ts";
import { Rotate } from "./rotate.tsx";
import { TokenRow } from "./token_row.tsx";

/** The tokens of a workspace. */
export function Tokens({ workspaceId }: { readonly workspaceId: string }) {
  const page = usePage();
  const tokens = useSignal<readonly TokenView[] | undefined>(undefined);
  const created = useSignal<CreatedToken | undefined>(undefined);
  const creating = useAction();
  const { read, problem } = useReading(async () =>
    tokens.value = await page.api.tokens(workspaceId)
  );
  const changes = page.tokenChanges.value.get(workspaceId) ?? 0;
  const isConnected = page.connection.value === "open";
  useEffect(() => {
    if (isConnected) void read();
  }, [changes, isConnected]);
  const create = () =>
    creating.run(async () => {
      created.value = await page.api.createToken(workspaceId);
      await read();
    });
  return (
    <div class="panel-body">
      <p>
        A token is how an agent shows that it is this workspace. Only its beginning is kept in
        sight.
      </p>
      <Problem text={problem.value ?? creating.problem.value} />
      {created.value === undefined
        ? null
        : <NewToken token={created.value} onDone={() => created.value = undefined} />}
      <table class="tokens">
        <caption class="unseen">Tokens</caption>
        <thead>
          <tr>
            <th scope="col">Begins with</th>
            <th scope="col">Kind</th>
            <th scope="col">Created</th>
            <th scope="col">Last used</th>
            <th scope="col">
              <span class="unseen">What to do</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.value?.map((token) => (
            <TokenRow key={token.id} token={token} workspaceId={workspaceId} onRevoked={read} />
          ))}
        </tbody>
      </table>
      {tokens.value?.length === 0 ? <p class="notice">No token is valid.</p> : null}
      <p class="buttons">
        <button
          type="button"
          class="primary"
          disabled={creating.isRunning.value}
          onClick={create}
        >
          Create a token
        </button>
      </p>
      {workspaceId === page.yourId.value ? <Rotate workspaceId={workspaceId} /> : null}
    </div>
  );
}

interface NewTokenProps {
  readonly token: CreatedToken;
  readonly onDone: () => void;
}

/** A token's text, which is shown this once. */
function NewToken({ token: { token }, onDone }: NewTokenProps) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), [token]);
  return (
    <section class="card new-token" ref={box} tabIndex={-1} aria-labelledby="new-token">
      <h3 id="new-token">The new token</h3>
      <p>Copy it now: it is shown this once.</p>
      <p class="copy-line">
        <code>{token}</code>
        <CopyButton text={token} what="the token" />
      </p>
      <p class="buttons">
        <button type="button" onClick={onDone}>I have it</button>
      </p>
    </section>
  );
}
