/**
 * How a problem may be tried again: unchanged under its key; under a new key, when what it rests on has changed (its answer is stored); or
 * never, when nothing that anybody does makes the same request succeed.
 */
export type Retry = "same_key" | "new_key" | "never";

/** What is said of a problem, by its code. `final` answers are stored under the idempotency key. */
export type Row = {
  readonly status: number;
  readonly title: string;
  readonly final: boolean;
  readonly retry: Retry;
  /** One or two sentences: what happened. Also the problem's `detail` unless the refusal brings its own. */
  readonly detail: string;
  /** What the caller can change. */
  readonly change: string;
};

/** The row of a no that was decided on the facts: stored under the idempotency key, so it comes back. */
export function stored(status: 402 | 409 | 422, retry: "new_key" | "never", title: string, detail: string, change: string): Row {
  return { status, title, final: true, retry, detail, change };
}
