import { clipped, visiblePieces } from "../text/visible_text.ts";

/** A name as long as that says nothing to anybody; it stays a name on a line. */
const NAME_CHARS = 160;

/** A text of others: isolated, so that its direction ends with it, and with nothing hidden in it. */
export function Text({ children }: { readonly children: string }) {
  return (
    <bdi>
      {visiblePieces(children).map((piece, index) =>
        piece.kind === "text"
          ? piece.text
          : (
            <span key={index} class="hidden-char" title="A character that cannot be seen">
              {piece.name}
            </span>
          )
      )}
    </bdi>
  );
}

/** A name that others gave: of a workspace, a file. */
export function Name({ children }: { readonly children: string }) {
  return <Text>{clipped(children.replace(/\s+/g, " "), NAME_CHARS) || "(no name)"}</Text>;
}
