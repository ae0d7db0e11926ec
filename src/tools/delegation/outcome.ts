/** Why something failed, in this program's words, and in the peer's where it has given any. */
export interface Failure {
  readonly reason: string;
  readonly peerWords?: string;
}

/** How a delegation ended. */
export type Outcome =
  | { readonly status: "completed"; readonly answer: string }
  | { readonly status: "queued"; readonly note: string }
  | ({ readonly status: "failed" } & Failure);

/** How a synchronous delegation stands when the tool call ends. */
export type Delivery =
  & (
    | {
      readonly status: "answered";
      readonly answer: string;
      /** Whether the platform kept only the beginning. */
      readonly truncated?: boolean | undefined;
    }
    /** The peer works on it; the answer is fetched with check_task_status. */
    | {
      readonly status: "pending";
      readonly delegationId: string;
      readonly elapsedMs: number;
      /** Whether the task is known to be on its way; otherwise it is still being tried. */
      readonly reached: boolean;
    }
    /** It lies in a queue and nothing will come back over this call. */
    | { readonly status: "queued"; readonly note: string; readonly delegationId?: string }
    | ({ readonly status: "failed" } & Failure)
  )
  & {
    /** Said when the platform had this very task before and did not take it again. */
    readonly duplicateNote?: string | undefined;
  };
