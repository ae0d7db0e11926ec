import { Name, Text } from "../parts/text.tsx";
import type { Chat, Outgoing } from "../state/chat.ts";
import { MessageText } from "./message.tsx";

/** What is on its way, and what did not get there. */
export function OutgoingMessages({ chat }: { readonly chat: Chat }) {
  return (
    <>
      {chat.outgoing.value.map((outgoing) => (
        <OutgoingMessage key={outgoing.key} chat={chat} outgoing={outgoing} />
      ))}
    </>
  );
}

function OutgoingMessage(
  { chat, outgoing }: { readonly chat: Chat; readonly outgoing: Outgoing },
) {
  const { text, files, error } = outgoing;
  return (
    <article class="message from-user outgoing">
      <header>
        <span class="author">You</span>
        <span>{error === null ? "sending…" : "not sent"}</span>
      </header>
      <MessageText text={text} />
      {files.length === 0 ? null : (
        <ul class="files" aria-label="Files">
          {files.map((file, index) => (
            <li key={index} class="file">
              <Name>{file.name}</Name>
            </li>
          ))}
        </ul>
      )}
      {error === null ? null : (
        <div class="problem" role="alert">
          <p>
            <strong>Not sent:</strong> <Text>{error}</Text>
          </p>
          <p class="buttons">
            <button type="button" class="small" onClick={() => chat.retry(outgoing)}>
              Send again
            </button>
            <button type="button" class="small" onClick={() => chat.takeBack(outgoing)}>
              Change it
            </button>
          </p>
        </div>
      )}
    </article>
  );
}
