import { useSignal } from "@preact/signals";

interface Props {
  readonly text: string;
  /** What is copied, for the button's name. */
  readonly what: string;
}

/** Puts a text on the clipboard. */
export function CopyButton({ text, what }: Props) {
  const state = useSignal("Copy");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      state.value = "Copied";
    } catch {
      state.value = "Not copied: select it and press Ctrl+C";
    }
  };
  return (
    <button type="button" class="small" onClick={copy}>
      <span aria-live="polite">{state}</span> <span class="unseen">{what}</span>
    </button>
  );
}
