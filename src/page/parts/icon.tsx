/** Outlines on a grid of 20. */
const PATHS = {
  map:
    "M10 3.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM4.5 12.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm11 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM10 7.5V10m-5.5 2.5V10h11v2.5",
  chat: "M3.5 4.5h13v9h-7l-3.5 3v-3H3.5z",
  tasks: "M3.5 5.500l1.500 1.500 2.500-3m-4 10 1.500 1.500 2.500-3m3-6h6.500m-6.500 8.500h6.500",
  approvals:
    "M10 2.500l6.500 2.500v5c0 4-3 6.500-6.500 7.500-3.500-1-6.500-3.500-6.500-7.500V5zM7 9.500l2.500 2.500 4-4.500",
  activity: "M2.5 10h3.5l2-5 4 10 2-5h3.5",
  faults: "M10 3 18 16.500H2zM10 8v4m0 2v.5",
  play: "M6 4l10 6-10 6z",
  connect: "M7 3v4m6-4v4M5 7h10v3a5 5 0 0 1-10 0zm5 8v3",
  clip: "M14.5 8.500l-5.5 5.500a2.5 2.5 0 0 1-3.5-3.500l6-6a1.7 1.7 0 0 1 2.5 2.500l-6 6",
  file: "M5 2.500h6.500L15 6v11.500H5zM11.5 2.500V6H15",
  down: "M10 4v12m-5-5 5 5 5-5",
  close: "m5 5 10 10m0-10L5 15",
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside words, which say the same. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
