import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Pass } from "./number.ts";
import { startSequencer } from "./sequencer.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const nothing: Pass = { kind: "numbered", count: 0 };

/** Passes whose outcome the test decides, and the times at which they began. */
function passes(outcome: (index: number) => Pass | Promise<Pass>) {
  const begun: number[] = [];
  const pass = async (): Promise<Pass> => {
    begun.push(performance.now());
    return outcome(begun.length - 1);
  };
  const start = performance.now();
  return { pass, begun: () => begun.map((at) => Math.trunc(at - start)) };
}

const failed: unknown[] = [];
const onFailure = (error: unknown): void => void failed.push(error);

describe("the sequencer", () => {
  test("passes at once and then every 200 ms", async () => {
    const { pass, begun } = passes(() => nothing);
    const sequencer = startSequencer({ pass, fullPass: 10, onFailure });
    await vi.advanceTimersByTimeAsync(650);
    expect(begun()).toEqual([0, 200, 400, 600]);
    await sequencer.stop();
  });

  test("passes soon when it is woken, and once however often that is", async () => {
    const { pass, begun } = passes(() => nothing);
    const sequencer = startSequencer({ pass, fullPass: 10, onFailure });
    await vi.advanceTimersByTimeAsync(100);
    for (let index = 0; index < 1_000; index += 1) sequencer.wake();
    await vi.advanceTimersByTimeAsync(50);
    expect(begun()).toEqual([0, 100]);
    await sequencer.stop();
  });

  test("rests 25 ms between passes however fast it is woken", async () => {
    const { pass, begun } = passes(() => nothing);
    const sequencer = startSequencer({ pass, fullPass: 10, onFailure });
    for (let at = 0; at < 100; at += 5) {
      await vi.advanceTimersByTimeAsync(5);
      sequencer.wake();
    }
    expect(begun()).toEqual([0, 25, 50, 75, 100]);
    await sequencer.stop();
  });

  test("passes once more when it is woken during a pass, because that one may not have seen the commit", async () => {
    const first = Promise.withResolvers<Pass>();
    const { pass, begun } = passes((index) => (index === 0 ? first.promise : nothing));
    const sequencer = startSequencer({ pass, fullPass: 10, onFailure });
    await vi.advanceTimersByTimeAsync(10);
    sequencer.wake();
    sequencer.wake();
    first.resolve(nothing);
    await vi.advanceTimersByTimeAsync(100);
    expect(begun()).toEqual([0, 35]);
    await sequencer.stop();
  });

  test("goes on at once after a full pass", async () => {
    const { pass, begun } = passes((index) => ({ kind: "numbered", count: index < 3 ? 10 : 4 }));
    const numbered: number[] = [];
    const sequencer = startSequencer({ pass, fullPass: 10, onFailure, onNumbered: (count) => void numbered.push(count) });
    await vi.advanceTimersByTimeAsync(1);
    expect(begun()).toEqual([0, 0, 0, 0]);
    expect(numbered).toEqual([10, 10, 10, 4]);
    await sequencer.stop();
  });

  test("rests when another process is at it", async () => {
    const { pass, begun } = passes(() => ({ kind: "busy" }));
    const sequencer = startSequencer({ pass, fullPass: 10, onFailure });
    await vi.advanceTimersByTimeAsync(250);
    expect(begun()).toEqual([0, 200]);
    await sequencer.stop();
  });

  test("outlives every failure, waits longer after each, and is soon again after a success", async () => {
    failed.length = 0;
    const { pass, begun } = passes((index) => (index < 3 ? Promise.reject(new Error(`lost ${index}`)) : nothing));
    const sequencer = startSequencer({ pass, fullPass: 10, onFailure });
    await vi.advanceTimersByTimeAsync(10);
    sequencer.wake();
    await vi.advanceTimersByTimeAsync(3_190);
    expect(begun()).toEqual([0, 400, 1_200, 2_800, 3_000, 3_200]);
    expect(failed.map(String)).toEqual(["Error: lost 0", "Error: lost 1", "Error: lost 2"]);
    await sequencer.stop();
  });

  test("ends when its pass has ended, and passes no more", async () => {
    const last = Promise.withResolvers<Pass>();
    const { pass, begun } = passes(() => last.promise);
    const sequencer = startSequencer({ pass, fullPass: 10, onFailure });
    await vi.advanceTimersByTimeAsync(10);
    let stopped = false;
    const stopping = sequencer.stop().then(() => {
      stopped = true;
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stopped).toBe(false);
    last.resolve({ kind: "numbered", count: 10 });
    await stopping;
    sequencer.wake();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(begun()).toEqual([0]);
  });
});
