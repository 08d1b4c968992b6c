import { setTimeout as delay } from "node:timers/promises";

const stepMilliseconds = 20;

/** Asks `isDone` every 20 ms; true as soon as it says so, false after `limitMilliseconds`. For what announces itself by no event. */
export async function waitUntil(isDone: () => boolean, limitMilliseconds: number): Promise<boolean> {
  const startedAt = performance.now();
  while (!isDone()) {
    if (performance.now() - startedAt > limitMilliseconds) return false;
    await delay(stepMilliseconds);
  }
  return true;
}
