import { Fragment } from "preact";
import { useLayoutEffect } from "preact/hooks";
import type { ChatMessage } from "../../local/page/protocol.ts";
import { usePage } from "../parts/context.ts";
import { Icon } from "../parts/icon.tsx";
import { Problem } from "../parts/problem.tsx";
import { Text } from "../parts/text.tsx";
import type { Chat } from "../state/chat.ts";
import { dayName, isOnSameDay } from "../text/times.ts";
import { clipped, visibleText } from "../text/visible_text.ts";
import { Message } from "./message.tsx";
import { OutgoingMessages } from "./outgoing.tsx";
import { useScroll } from "./use_scroll.ts";

/** The messages of a conversation. */
export function ChatLog({ chat }: { readonly chat: Chat }) {
  const page = usePage();
  const { ref, window, isAtEnd, newCount, onScroll, toEnd } = useScroll(chat);
  const name = page.nameOf(chat.workspaceId);
  const shown = chat.messages.value.slice(window.start, window.end);
  // What one has sent oneself is to be seen, wherever one was.
  const sent = chat.outgoing.value.at(-1)?.key;
  useLayoutEffect(() => {
    if (sent !== undefined) toEnd();
  }, [sent]);
  return (
    <div class="log-frame">
      <div
        class="log"
        ref={ref}
        role="region"
        tabIndex={0}
        aria-label={`Messages with ${clipped(visibleText(name), 80)}`}
        onScroll={onScroll}
      >
        <div class="log-content">
          <Beginning chat={chat} isFirst={window.start === 0} />
          {shown.map((message, index) => (
            <Fragment key={message.seq}>
              <Day message={message} before={shown[index - 1]} />
              <Message message={message} agentName={name} />
            </Fragment>
          ))}
          <OutgoingMessages chat={chat} />
          <Progress chat={chat} />
        </div>
      </div>
      {isAtEnd ? null : (
        <button type="button" class="to-end" onClick={toEnd}>
          <Icon name="down" />
          {newCount === 0
            ? "To the newest"
            : newCount === 1
            ? "1 new message"
            : `${newCount} new messages`}
        </button>
      )}
    </div>
  );
}

function Beginning({ chat, isFirst }: { readonly chat: Chat; readonly isFirst: boolean }) {
  const isEmpty = chat.messages.value.length === 0 && chat.outgoing.value.length === 0;
  return (
    <>
      <Problem text={chat.problem.value} />
      {chat.problem.value === null ? null : (
        <p class="notice">
          <button type="button" class="small" onClick={() => void chat.refresh()}>
            Read again
          </button>
        </p>
      )}
      {chat.isLoading.value ? <p class="notice">Reading messages…</p> : null}
      {chat.isLoaded.value && isFirst && !chat.hasMore.value && !chat.isLoading.value
        ? (
          <p class="notice">
            {isEmpty
              ? "Nothing was said yet. Write the first message."
              : "The conversation begins here."}
          </p>
        )
        : null}
    </>
  );
}

interface DayProps {
  readonly message: ChatMessage;
  readonly before: ChatMessage | undefined;
}

function Day({ message, before }: DayProps) {
  const page = usePage();
  if (before !== undefined && isOnSameDay(before.at, message.at)) return null;
  return <h3 class="day">{dayName(message.at, page.nowMs.value)}</h3>;
}

function Progress({ chat }: { readonly chat: Chat }) {
  const text = chat.progress.value;
  if (text === null) return null;
  return (
    <p class="progress" role="status">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <Text>{clipped(text, 300) || "works on it"}</Text>
    </p>
  );
}
