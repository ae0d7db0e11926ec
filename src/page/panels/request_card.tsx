import type { RequestView } from "../../local/page/protocol.ts";
import { MessageText } from "../chat/message.tsx";
import { usePage } from "../parts/context.ts";
import { Name, Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { isOpen } from "../state/requests.ts";
import { AskBack, Decide } from "./request_actions.tsx";

/** Something that an agent asks for. The title is shown as a whole: it is what is decided about. */
export function RequestCard({ request }: { readonly request: RequestView }) {
  const page = usePage();
  const { id, requesterId, recipientId, title, detail, priority, createdAt } = request;
  const isWaiting = isOpen(request);
  const isDrafted = page.requests.draft(id).text.value !== "";
  return (
    <li class="card request" aria-labelledby={`request-${id}`}>
      <h3 id={`request-${id}`}>
        <Text>{title.trim() || "(no title)"}</Text>
      </h3>
      <p class="quiet">
        <Name>{page.nameOf(requesterId)}</Name> asks{" "}
        {recipientId === null ? "you" : <Name>{page.nameOf(recipientId)}</Name>},{" "}
        <Time at={createdAt} as="ago" />
        {priority === null ? null : `, priority ${priority}`}
      </p>
      <MessageText text={detail ?? ""} />
      <Thread request={request} />
      {isWaiting ? <Decide request={request} /> : <Decision request={request} />}
      {isWaiting || isDrafted ? <AskBack request={request} /> : null}
    </li>
  );
}

function Thread({ request: { messages, olderMessages } }: { readonly request: RequestView }) {
  if (messages.length === 0) return null;
  return (
    <>
      {olderMessages === 0 ? null : <p class="quiet">{olderMessages} older ones are not shown.</p>}
      <ol class="thread" aria-label="What was written to it">
        {messages.map(({ id, authorType, authorId, body, createdAt }) => (
          <li key={id}>
            <p>
              <strong>
                <Who type={authorType} id={authorId} you="You" />
              </strong>{" "}
              <Time at={createdAt} as="time" />
            </p>
            <MessageText text={body} />
          </li>
        ))}
      </ol>
    </>
  );
}

function Decision({ request }: { readonly request: RequestView }) {
  const { status, responderType, responderId, respondedAt, updatedAt } = request;
  return (
    <p class="decision">
      <strong>{status}</strong> {responderType === null ? null : (
        <>
          by <Who type={responderType} id={responderId ?? ""} you="you" />
        </>
      )} <Time at={respondedAt ?? updatedAt} as="ago" />
    </p>
  );
}

interface Party {
  readonly type: RequestView["responderType"];
  readonly id: string;
  /** How the user is called here. */
  readonly you: string;
}

/** The platform calls a person that does not say who it is `human`: whoever sits at this page. */
function Who({ type, id, you }: Party) {
  const page = usePage();
  const isUser = type === "user" && ["", "human"].includes(id);
  return isUser ? <>{you}</> : <Name>{page.nameOf(id)}</Name>;
}
