import { addMillis, type Instant } from "../kernel/clock.ts";

/** About what time it is by the database's clock, without asking it: for ids and logs, never for a decision. */
export type Moment = () => Instant;

/** Goes on from `at`, a time that the database told just now, by this machine's monotonic clock. */
export function momentFrom(at: Instant): Moment {
  const start = performance.now();
  return () => addMillis(at, Math.trunc(performance.now() - start));
}
