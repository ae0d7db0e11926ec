import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Chat } from "../state/chat.ts";
import { movedWindow, type Window, windowOf } from "./window.ts";

/** Nearer to an end than this counts as being there. */
const AT_END_PX = 48;
const NEAR_EDGE_PX = 600;

/** How a conversation is scrolled, and which part of it is drawn. */
export interface Scrolled {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly window: Window;
  readonly isAtEnd: boolean;
  /** Came while the reader was elsewhere. */
  readonly newCount: number;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
}

/**
 * Keeps the reader's place: at the newest message what comes stays in sight; elsewhere nothing moves,
 * whatever is added above or below.
 */
export function useScroll(chat: Chat): Scrolled {
  const ref = useRef<HTMLDivElement>(null);
  const lastSeq = useSignal<number | undefined>(undefined);
  const isAtEnd = useSignal(true);
  const seenSeq = useRef(0);
  const anchor = useRef<{ seq: string; top: number } | null>(null);

  const seqs = chat.messages.value.map(({ seq }) => seq);
  const window = windowOf(seqs, lastSeq.value);
  const newest = seqs.at(-1) ?? 0;
  if (isAtEnd.value && window.isAtNewest) seenSeq.current = newest;
  const newCount = chat.messages.value
    .filter(({ seq, from }) => seq > seenSeq.current && from === "agent").length;

  /** The first message in sight, and where it is. */
  const remember = () => {
    const box = ref.current;
    if (box === null) return;
    const { top } = box.getBoundingClientRect();
    for (const item of box.querySelectorAll<HTMLElement>("[data-seq]")) {
      const { top: itemTop, bottom } = item.getBoundingClientRect();
      if (bottom <= top) continue;
      anchor.current = { seq: item.dataset.seq ?? "", top: itemTop - top };
      return;
    }
  };
  useLayoutEffect(() => {
    const box = ref.current;
    if (box === null) return;
    if (isAtEnd.peek()) {
      box.scrollTop = box.scrollHeight;
      return;
    }
    const { seq, top } = anchor.current ?? { seq: "", top: undefined };
    const item = box.querySelector(`[data-seq="${seq}"]`);
    if (item === null || top === undefined) return;
    const moved = item.getBoundingClientRect().top - box.getBoundingClientRect().top - top;
    if (moved !== 0) box.scrollTop += moved;
  });

  // What grows by itself: the progress line, a text that is shown whole, a window made narrower.
  useEffect(() => {
    const box = ref.current;
    const content = box?.firstElementChild;
    if (!box || !content) return;
    const observer = new ResizeObserver(() => {
      if (isAtEnd.peek()) box.scrollTop = box.scrollHeight;
    });
    observer.observe(content);
    observer.observe(box);
    return () => observer.disconnect();
  }, []);

  const onScroll = () => {
    const box = ref.current;
    if (box === null) return;
    const below = box.scrollHeight - box.scrollTop - box.clientHeight;
    isAtEnd.value = window.isAtNewest && below < AT_END_PX;
    remember();
    if (box.scrollTop < NEAR_EDGE_PX) {
      if (window.start > 0) lastSeq.value = movedWindow(seqs, window, "up");
      else void chat.loadOlder();
    } else if (below < NEAR_EDGE_PX && !window.isAtNewest) {
      lastSeq.value = movedWindow(seqs, window, "down");
    }
  };
  const toEnd = () => {
    lastSeq.value = undefined;
    isAtEnd.value = true;
    const box = ref.current;
    if (box !== null) box.scrollTop = box.scrollHeight;
  };
  return { ref, window, isAtEnd: isAtEnd.value && window.isAtNewest, newCount, onScroll, toEnd };
}
