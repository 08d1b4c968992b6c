import { describe, expect, test } from "vitest";
import { createIdSource } from "../../kernel/ids.ts";
import { createMeeting } from "./meeting.ts";
import type { Arrival } from "./meeting.ts";

const newId = createIdSource((bytes) => crypto.getRandomValues(bytes));
const arrival: Arrival = {
  organisationId: newId(1),
  operation: "POST /v1/buyer/checkouts",
  keyHash: Buffer.alloc(32, 1),
  fingerprint: Buffer.alloc(32, 2),
  principalId: "ada",
};

/** Work whose end the test decides, and which knows how often it was begun. */
function controlledWork() {
  const runs: PromiseWithResolvers<string>[] = [];
  const work = (): Promise<string> => {
    const run = Promise.withResolvers<string>();
    runs.push(run);
    return run.promise;
  };
  return { work, runs };
}

async function settleEverything(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe("repeats that meet in a process", () => {
  test("do the work once and share its answer", async () => {
    const meeting = createMeeting<string>();
    const { work, runs } = controlledWork();
    const all = Promise.all(Array.from({ length: 64 }, (_, index) => meeting.meet({ ...arrival, principalId: `p${index}` }, work)));
    expect(runs).toHaveLength(1);
    runs[0]?.resolve("answer");
    const met = await all;
    expect(met.filter(({ kind }) => kind === "first")).toEqual([{ kind: "first", answer: "answer" }]);
    expect(met.filter(({ kind }) => kind === "shared")).toEqual(Array.from({ length: 63 }, () => ({ kind: "shared", answer: "answer" })));
    expect(meeting.size()).toBe(0);
  });

  test("with another fingerprint are told of the mismatch at once", async () => {
    const meeting = createMeeting<string>();
    const { work, runs } = controlledWork();
    const first = meeting.meet(arrival, work);
    expect(await meeting.meet({ ...arrival, fingerprint: Buffer.alloc(32, 3) }, work)).toEqual({ kind: "mismatch" });
    runs[0]?.resolve("answer");
    expect(await first).toEqual({ kind: "first", answer: "answer" });
    expect(runs).toHaveLength(1);
  });

  test("do not meet with another key, operation or organisation", async () => {
    const meeting = createMeeting<string>();
    const { work, runs } = controlledWork();
    const all = Promise.all(
      [
        arrival,
        { ...arrival, keyHash: Buffer.alloc(32, 9) },
        { ...arrival, operation: "POST /other" },
        { ...arrival, organisationId: newId(2) },
      ].map((one) => meeting.meet(one, work)),
    );
    expect(runs).toHaveLength(4);
    for (const run of runs) run.resolve("answer");
    expect((await all).map(({ kind }) => kind)).toEqual(["first", "first", "first", "first"]);
  });

  test("share a failure of the same principal instead of doing the work 64 times", async () => {
    const meeting = createMeeting<string>();
    const { work, runs } = controlledWork();
    const all = Promise.allSettled(Array.from({ length: 64 }, () => meeting.meet(arrival, work)));
    runs[0]?.reject(new Error("overloaded"));
    const met = await all;
    expect(met.every((one) => one.status === "rejected" && (one.reason as Error).message === "overloaded")).toBe(true);
    expect(runs).toHaveLength(1);
    expect(meeting.size()).toBe(0);
  });

  test("of another principal do the work anew when the first one fails, once for all of them", async () => {
    const meeting = createMeeting<string>();
    const { work, runs } = controlledWork();
    const adas = meeting.meet(arrival, work);
    const bobs = [1, 2, 3].map(() => meeting.meet({ ...arrival, principalId: "bob" }, work));
    runs[0]?.reject(new Error("forbidden for ada"));
    await expect(adas).rejects.toThrow("forbidden for ada");
    await settleEverything();
    expect(runs).toHaveLength(2);
    runs[1]?.resolve("answer for bob");
    expect((await Promise.all(bobs)).map(({ kind }) => kind)).toEqual(["first", "shared", "shared"]);
    expect(meeting.size()).toBe(0);
  });

  test("begin anew when the one before has ended", async () => {
    const meeting = createMeeting<string>();
    const { work, runs } = controlledWork();
    for (const round of [0, 1]) {
      const met = meeting.meet(arrival, work);
      runs[round]?.resolve(`answer ${round}`);
      expect(await met).toEqual({ kind: "first", answer: `answer ${round}` });
    }
  });
});
