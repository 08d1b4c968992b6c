import { setTimeout as delay } from "node:timers/promises";
import { Refused } from "../../kernel/refusal.ts";

/** What an attempt answers that did not get its key: another transaction is working under it. */
export const busy: unique symbol = Symbol("busy");

/** Another request with this key is under way. Nothing has begun; the same key may be sent again after `retry_after_seconds`. */
export type RequestInFlight = { readonly code: "request-in-flight"; readonly retry_after_seconds: number };

/** Where time comes from: `now` in milliseconds from any beginning, never stepping back. */
export type Pace = { readonly now: () => number; readonly wait: (millis: number) => Promise<unknown> };

const monotonic: Pace = { now: () => performance.now(), wait: (millis) => delay(millis) };
const firstWaitMillis = 50;
const longestWaitMillis = 200;
const patienceMillis = 2_000;

/**
 * Tries until the key is had: at once, then after 50, 100, 200, 200 … ms. No connection is held between two attempts: each is a
 * transaction of its own.
 *
 * @throws Refused request-in-flight when the key is still another's two seconds after the first attempt
 */
export async function withPatience<T>(attempt: () => Promise<T | typeof busy>, pace: Pace = monotonic): Promise<T> {
  const end = pace.now() + patienceMillis;
  for (let wait = firstWaitMillis; ; wait = Math.min(wait * 2, longestWaitMillis)) {
    const outcome = await attempt();
    if (outcome !== busy) return outcome;
    const left = end - pace.now();
    if (left <= 0) throw new Refused<RequestInFlight>({ code: "request-in-flight", retry_after_seconds: 1 });
    await pace.wait(Math.min(wait, left));
  }
}
