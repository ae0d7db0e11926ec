import { useSignal } from "@preact/signals";
import type { TokenView } from "../../local/page/protocol.ts";
import { usePage } from "../parts/context.ts";
import { Problem } from "../parts/problem.tsx";
import { Time } from "../parts/time.tsx";
import { useAction } from "../parts/use_action.ts";

interface Props {
  readonly token: TokenView;
  readonly workspaceId: string;
  readonly onRevoked: () => Promise<void>;
}

/** A token, which can be revoked once that was confirmed. */
export function TokenRow({ token, workspaceId, onRevoked }: Props) {
  const page = usePage();
  const isAsking = useSignal(false);
  const { isRunning, problem, run } = useAction();
  const revoke = () =>
    run(async () => {
      await page.api.revokeToken(workspaceId, token.id);
      page.announcer.say("The token is revoked");
      await onRevoked();
    });
  const cancel = () => isAsking.value = false;
  return (
    <tr>
      <th scope="row">
        <code>{token.prefix}…</code>
      </th>
      <td>{token.kind === "instance" ? "of the agent" : "made by hand"}</td>
      <td>
        <Time at={token.createdAt} as="ago" />
      </td>
      <td>{token.lastUsedAt === null ? "never" : <Time at={token.lastUsedAt} as="ago" />}</td>
      <td onKeyDown={({ key }) => key === "Escape" && cancel()}>
        {isAsking.value
          ? (
            <span class="confirm">
              <span role="alert">Whoever uses it is refused from then on. Revoke it?</span>
              <button type="button" class="small bad" disabled={isRunning.value} onClick={revoke}>
                Revoke
              </button>
              <button
                type="button"
                class="small"
                ref={(button) => button?.focus()}
                onClick={cancel}
              >
                Keep it
              </button>
            </span>
          )
          : (
            <button
              type="button"
              class="small"
              aria-label={`Revoke the token that begins with ${token.prefix}`}
              onClick={() => isAsking.value = true}
            >
              Revoke…
            </button>
          )}
        <Problem text={problem.value} />
      </td>
    </tr>
  );
}
