import { useSignal } from "@preact/signals";
import { Component } from "preact";
import type { ChatMessage, FileView } from "../../local/page/protocol.ts";
import { Icon } from "../parts/icon.tsx";
import { Name, Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import { size } from "../text/sizes.ts";
import { fileAddress } from "../wire/api.ts";

interface Props {
  readonly message: ChatMessage;
  /** Who wrote it, where it is not the user. */
  readonly agentName: string;
}

/** More is shown when it is asked for. */
const SHOWN_CHARS = 8_000;

/** A message; drawn again only when it is another one. */
export class Message extends Component<Props> {
  override shouldComponentUpdate({ message, agentName }: Props): boolean {
    return message !== this.props.message || agentName !== this.props.agentName;
  }

  override render({ message, agentName }: Props) {
    const isUser = message.from === "user";
    return (
      <article class={`message from-${message.from}`} data-seq={message.seq}>
        <header>
          <span class="author">{isUser ? "You" : <Name>{agentName}</Name>}</span>
          <Time at={message.at} as="time" />
        </header>
        <MessageText text={message.text} />
        <Files message={message} />
        {message.error === null ? null : (
          <p class="problem">
            <strong>Not delivered:</strong> <Text>{message.error}</Text>
          </p>
        )}
      </article>
    );
  }
}

/** What a message says. */
export function MessageText({ text }: { readonly text: string }) {
  const isWhole = useSignal(false);
  if (text === "") return null;
  const isLong = text.length > SHOWN_CHARS && !isWhole.value;
  return (
    <>
      <div class="text" dir="auto">
        <Text>{isLong ? text.slice(0, SHOWN_CHARS) + "…" : text}</Text>
      </div>
      {isLong
        ? (
          <button type="button" class="small" onClick={() => isWhole.value = true}>
            Show all {text.length.toLocaleString("en-GB")} characters
          </button>
        )
        : null}
    </>
  );
}

function Files({ message: { files, workspaceId } }: { readonly message: ChatMessage }) {
  if (files.length === 0) return null;
  return (
    <ul class="files" aria-label="Files">
      {files.map((file, index) => (
        <li key={index}>
          <FileLink file={file} href={fileAddress(workspaceId, file.id)} />
        </li>
      ))}
    </ul>
  );
}

function FileLink({ file, href }: { readonly file: FileView; readonly href: string }) {
  const words = (
    <>
      <Icon name="file" />
      <span class="file-name">
        <Name>{file.name}</Name>
      </span>
    </>
  );
  // The agent named a file that the platform does not hold.
  if (file.id === "") {
    return (
      <span class="file">
        {words}
        <span class="quiet">not available</span>
      </span>
    );
  }
  return (
    <a class="file" href={href} download="">
      {words}
      <span class="quiet">{size(file.size)}</span>
      <span class="unseen">download</span>
    </a>
  );
}
