import { Text } from "./text.tsx";

/** Says what went wrong, at once, also to a screen reader. */
export function Problem({ text }: { readonly text: string | null }) {
  return (
    <div role="alert">
      {text === null ? null : (
        <p class="problem">
          <strong>Problem:</strong> <Text>{text}</Text>
        </p>
      )}
    </div>
  );
}
