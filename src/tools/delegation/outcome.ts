/** Why something failed: in this program's words, and in the peer's if it gave any. */
export interface Failure {
  readonly reason: string;
  readonly peerWords?: string;
}

/** How a delegation ended. */
export type Outcome =
  | { readonly status: "completed"; readonly answer: string }
  | { readonly status: "queued"; readonly note: string }
  | ({ readonly status: "failed" } & Failure);

/** The state of a synchronous delegation when the tool call ends. */
export type Delivery =
  & (
    | {
      readonly status: "answered";
      readonly answer: string;
      /** Whether the platform kept only the beginning. */
      readonly truncated?: boolean | undefined;
    }
    /** Not answered yet; the answer is to be fetched with check_task_status. */
    | {
      readonly status: "pending";
      readonly delegationId: string;
      readonly elapsedMs: number;
      /** Whether the task is known to be on its way; otherwise sending it is still being tried. */
      readonly reached: boolean;
    }
    /** The task is in a queue, and no answer will come through this call. */
    | { readonly status: "queued"; readonly note: string; readonly delegationId?: string }
    | ({ readonly status: "failed" } & Failure)
  )
  & {
    /** Present when the platform had this very task before and did not accept it again. */
    readonly duplicateNote?: string | undefined;
  };
