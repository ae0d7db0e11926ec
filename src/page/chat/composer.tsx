import { useRef } from "preact/hooks";
import { usePage } from "../parts/context.ts";
import { Icon } from "../parts/icon.tsx";
import { Name } from "../parts/text.tsx";
import type { Chat } from "../state/chat.ts";
import { size } from "../text/sizes.ts";
import { clipped, visibleText } from "../text/visible_text.ts";

/** Where a message is written, and files are added to it. */
export function Composer({ chat }: { readonly chat: Chat }) {
  const page = usePage();
  const field = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const { draft } = chat;
  const name = clipped(visibleText(page.nameOf(chat.workspaceId)), 60);

  const send = () => {
    chat.sendDraft();
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter accepts what it offers.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent) => {
    const files = event.clipboardData?.files;
    if (files === undefined || files.length === 0) return;
    event.preventDefault();
    draft.addFiles(files);
  };
  const onChoose = () => {
    const { current } = chooser;
    if (current === null) return;
    draft.addFiles(current.files ?? []);
    current.value = "";
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <DraftFiles chat={chat} />
      <div class="composer-row">
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-label="Files to send"
          onChange={onChoose}
        />
        <button
          type="button"
          class="square"
          aria-label="Add files"
          title="Add files (or drop or paste them)"
          onClick={() => chooser.current?.click()}
        >
          <Icon name="clip" />
        </button>
        <textarea
          ref={field}
          rows={1}
          aria-label={`Message to ${name}`}
          placeholder={`Message to ${name}`}
          aria-keyshortcuts="Enter"
          dir="auto"
          value={draft.text.value}
          onInput={({ currentTarget }) => draft.text.value = currentTarget.value}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <button type="submit" class="primary">Send</button>
      </div>
      <p class="hint">Enter sends, Shift+Enter begins a new line.</p>
    </form>
  );
}

function DraftFiles({ chat: { draft } }: { readonly chat: Chat }) {
  const files = draft.files.value;
  if (files.length === 0) return null;
  return (
    <ul class="files" aria-label="Files to be sent">
      {files.map((file, index) => (
        <li key={index} class="file">
          <Icon name="file" />
          <span class="file-name">
            <Name>{file.name}</Name>
          </span>
          <span class="quiet">{size(file.size)}</span>
          <button
            type="button"
            class="bare"
            aria-label={`Remove ${clipped(visibleText(file.name), 80)}`}
            onClick={() => draft.removeFile(file)}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}
