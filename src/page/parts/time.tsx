import { ago, dateAndTime, timeOfDay, timeWithSeconds } from "../text/times.ts";
import { usePage } from "./context.ts";

interface Props {
  /** RFC 3339. */
  readonly at: string;
  readonly as: "ago" | "time" | "seconds";
}

/** A time; its date is in the tooltip. */
export function Time({ at, as }: Props) {
  return (
    <time dateTime={at} title={dateAndTime(at)}>
      {as === "ago" ? <Ago at={at} /> : shown(at, as)}
    </time>
  );
}

function Ago({ at }: { readonly at: string }) {
  return <>{ago(at, usePage().nowMs.value)}</>;
}

function shown(at: string, as: "time" | "seconds"): string {
  return as === "time" ? timeOfDay(at) : timeWithSeconds(at);
}
