import { describe, expect, test } from "vitest";
import { Refused } from "../../kernel/refusal.ts";
import { busy, withPatience } from "./patience.ts";

/** A clock that only waiting moves, and a note of every wait. */
function pace(attemptMillis = 0) {
  const waits: number[] = [];
  let at = 1_000;
  return {
    waits,
    attempted: () => {
      at += attemptMillis;
    },
    now: () => at,
    wait: async (millis: number) => {
      waits.push(millis);
      at += millis;
    },
  };
}

describe("who finds the key busy", () => {
  test("has the answer of the first attempt that is not busy", async () => {
    const time = pace();
    let attempts = 0;
    const answer = await withPatience(async () => {
      attempts += 1;
      return attempts < 4 ? busy : "answer";
    }, time);
    expect(answer).toBe("answer");
    expect(time.waits).toEqual([50, 100, 200]);
  });

  test("is refused after two seconds, the last attempt at their very end", async () => {
    const time = pace();
    const refused = await withPatience(async () => busy, time).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refused);
    expect((refused as Refused).refusal).toEqual({ code: "request-in-flight", retry_after_seconds: 1 });
    expect(time.waits).toEqual([50, 100, 200, 200, 200, 200, 200, 200, 200, 200, 200, 50]);
  });

  test("counts the time of the attempts as well", async () => {
    const time = pace(900);
    await withPatience(async () => {
      time.attempted();
      return busy;
    }, time).catch(() => undefined);
    expect(time.waits).toEqual([50, 100]);
  });

  test("is told the error of an attempt without another attempt", async () => {
    let attempts = 0;
    const failing = withPatience(async () => {
      attempts += 1;
      throw new Error("no such thing");
    }, pace());
    await expect(failing).rejects.toThrow("no such thing");
    expect(attempts).toBe(1);
  });
});
