import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { usePage } from "../parts/context.ts";
import type { Chat } from "../state/chat.ts";
import { Composer } from "./composer.tsx";
import { ChatLog } from "./log.tsx";

/** A conversation: its messages, and where one writes. Files can be dropped anywhere on it. */
export function ChatPanel({ chat }: { readonly chat: Chat }) {
  const page = usePage();
  const isDropping = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  const isShown = page.route.slot.value === "workspace";
  useEffect(() => {
    if (!chat.isLoaded.peek()) void chat.refresh();
  }, [chat]);
  useEffect(() => {
    const look = () => {
      const isInSight = document.visibilityState === "visible" && box.current?.checkVisibility();
      if (isInSight) chat.unread.value = 0;
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [chat, isShown]);

  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const onDragOver = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    isDropping.value = true;
  };
  const onDrop = (event: DragEvent) => {
    isDropping.value = false;
    if (!hasFiles(event)) return;
    event.preventDefault();
    chat.draft.addFiles(event.dataTransfer?.files ?? []);
  };
  return (
    <div
      ref={box}
      class={isDropping.value ? "chat dropping" : "chat"}
      onDragOver={onDragOver}
      onDragLeave={() => isDropping.value = false}
      onDrop={onDrop}
    >
      <ChatLog key={chat.workspaceId} chat={chat} />
      <Composer key={`composer-${chat.workspaceId}`} chat={chat} />
      {isDropping.value
        ? <p class="drop-hint">Drop the files to add them to the message.</p>
        : null}
    </div>
  );
}
