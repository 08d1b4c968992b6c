import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addMillis, instant } from "../../src/kernel/clock.ts";
import { createIdSource } from "../../src/kernel/ids.ts";
import { sql, withFlowTransaction, withReader, withTransaction } from "../../src/platform/db/index.ts";
import type { Transaction } from "../../src/platform/db/index.ts";
import { busy, claim, hashKey, lostTheKey, purge, store, tryLocks, withPatience } from "../../src/platform/idempotency/index.ts";
import type { Answered, Claim, Claimed, StoredAnswer } from "../../src/platform/idempotency/index.ts";
import { openTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";

const newId = createIdSource((bytes) => crypto.getRandomValues(bytes));
const at = instant(1_700_000_000_000);
let kit: TestDatabase;

beforeAll(async () => {
  kit = await openTestDatabase();
});
afterAll(() => kit.close());

let keys = 0;
function newClaim(change: Partial<Claim> = {}): Claim {
  keys += 1;
  return {
    organisationId: newId(at),
    operation: "POST /v1/buyer/checkouts",
    keyHash: hashKey(`key ${keys}`),
    fingerprint: Buffer.alloc(32, 1),
    ...change,
  };
}

const created: StoredAnswer = {
  status: 201,
  answeredAt: at,
  contentType: "application/json",
  location: "/v1/buyer/checkouts/chk_1",
  etag: '"1"',
  body: Buffer.from([0x7b, 0x7d, 0x00, 0xff]),
  sealed: false,
};

function answered(claimed: Claim, answer: StoredAnswer = created): Answered {
  return { claim: claimed, idempotencyId: newId(at), principalId: newId(at), answer };
}

function flow<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
  return withFlowTransaction(kit.database, { role: "stoa_flow", locks: [] }, work);
}

async function claimOne(tx: Transaction, wanted: Claim): Promise<Claimed | undefined> {
  return (await claim(tx, [wanted])).claimed[0];
}

async function storedCount({ organisationId }: Claim): Promise<number> {
  const { count } = await withReader(kit.database, { role: "stoa_read" }, (reader) =>
    reader.one(sql<{ count: number }>`select count(*)::integer as count from idempotency where organisation_id = ${organisationId}`),
  );
  return count;
}

/** A transaction that stands between its claim and its end until it is told to go on. */
async function holding(wanted: readonly Claim[], end: (tx: Transaction) => Promise<void>, alsoLock: readonly string[] = []) {
  const held = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const ended = flow(async (tx) => {
    await claim(tx, wanted, alsoLock);
    held.resolve();
    await go.promise;
    await end(tx);
  });
  await Promise.race([held.promise, ended]);
  return async () => {
    go.resolve();
    await ended;
  };
}

describe("a key that nobody has used", () => {
  test("is mine, and nothing is written before its answer", async () => {
    const wanted = newClaim();
    expect(await flow((tx) => claimOne(tx, wanted))).toEqual({ kind: "mine" });
    expect(await storedCount(wanted)).toBe(0);
  });

  test("is free again when the transaction is taken back", async () => {
    const wanted = newClaim();
    const failing = flow(async (tx) => {
      await claim(tx, [wanted]);
      await store(tx, [answered(wanted)]);
      throw new Error("taken back");
    });
    await expect(failing).rejects.toThrow("taken back");
    expect(await flow((tx) => claimOne(tx, wanted))).toEqual({ kind: "mine" });
  });

  test("is claimed by an organisation in its own scope, and its answer stored there", async () => {
    const wanted = newClaim();
    await withTransaction(kit.database, { role: "stoa_application", organisation: wanted.organisationId }, async (tx) => {
      expect(await claimOne(tx, wanted)).toEqual({ kind: "mine" });
      await store(tx, [answered(wanted)]);
    });
    expect(await storedCount(wanted)).toBe(1);
  });
});

describe("a key under which another transaction works", () => {
  test("is busy at once, without waiting, until that transaction ends", async () => {
    const wanted = newClaim();
    const release = await holding([wanted], async () => undefined);
    expect(await flow((tx) => claimOne(tx, wanted))).toEqual({ kind: "busy" });
    await release();
    expect(await flow((tx) => claimOne(tx, wanted))).toEqual({ kind: "mine" });
  });

  test("holds back neither another operation, nor another organisation, nor another key", async () => {
    const wanted = newClaim();
    const others = [newClaim({ ...wanted, operation: "POST /v1/buyer/orders" }), newClaim({ keyHash: wanted.keyHash }), newClaim(wanted)];
    others[2] = { ...wanted, keyHash: hashKey("another") };
    const release = await holding([wanted], async () => undefined);
    expect((await flow((tx) => claim(tx, others))).claimed).toEqual([{ kind: "mine" }, { kind: "mine" }, { kind: "mine" }]);
    await release();
  });
});

describe("a key that was answered", () => {
  test("replays the answer, byte by byte", async () => {
    const wanted = newClaim();
    await flow((tx) => store(tx, [answered(wanted)]));
    expect(await flow((tx) => claimOne(tx, wanted))).toEqual({ kind: "replay", answer: created });
  });

  test("replays an answer without location and etag as it was, and one that is sealed", async () => {
    const wanted = newClaim();
    const bare: StoredAnswer = {
      status: 409,
      answeredAt: at,
      contentType: "application/problem+json",
      body: Buffer.from("x"),
      sealed: true,
    };
    await flow((tx) => store(tx, [answered(wanted, bare)]));
    expect(await flow((tx) => claimOne(tx, wanted))).toEqual({ kind: "replay", answer: bare });
  });

  test("is a mismatch for another request", async () => {
    const wanted = newClaim();
    await flow((tx) => store(tx, [answered(wanted)]));
    expect(await flow((tx) => claimOne(tx, { ...wanted, fingerprint: Buffer.alloc(32, 2) }))).toEqual({ kind: "mismatch" });
  });

  test("is replayed also while another who repeats it holds the lock", async () => {
    const wanted = newClaim();
    await flow((tx) => store(tx, [answered(wanted)]));
    const release = await holding([wanted], async () => undefined);
    expect(await flow((tx) => claimOne(tx, wanted))).toMatchObject({ kind: "replay" });
    await release();
  });

  test("is not answered twice: the index decides, also between two that asked for no lock", async () => {
    const wanted = newClaim();
    await flow((tx) => store(tx, [answered(wanted)]));
    const second = await flow((tx) => store(tx, [answered(wanted)])).catch((error: unknown) => error);
    expect(lostTheKey(second)).toBe(true);
    expect(lostTheKey(new Error("another"))).toBe(false);
    expect(await storedCount(wanted)).toBe(1);
  });

  test("keeps only answers that are final", async () => {
    for (const status of [200, 299, 402, 409, 422]) await flow((tx) => store(tx, [answered(newClaim(), { ...created, status })]));
    for (const status of [400, 401, 403, 404, 412, 429, 500, 503]) {
      await expect(flow((tx) => store(tx, [answered(newClaim(), { ...created, status })]))).rejects.toThrow("idempotency_status_is_final");
    }
  });

  test("is not shown to another organisation", async () => {
    const wanted = newClaim();
    await flow((tx) => store(tx, [answered(wanted)]));
    const other = newId(at);
    const seen = await withTransaction(kit.database, { role: "stoa_application", organisation: other }, (tx) => claimOne(tx, wanted));
    expect(seen).toEqual({ kind: "mine" });
  });
});

describe("a batch of keys", () => {
  test("is judged each by each, and of two claims with one key the second is busy", async () => {
    const [fresh, answeredBefore, otherRequest, held] = [newClaim(), newClaim(), newClaim(), newClaim()];
    await flow((tx) => store(tx, [answered(answeredBefore), answered(otherRequest)]));
    const release = await holding([held], async () => undefined);
    const { claimed } = await flow((tx) =>
      claim(tx, [held, fresh, answeredBefore, { ...otherRequest, fingerprint: Buffer.alloc(32, 7) }, fresh, answeredBefore]),
    );
    await release();
    expect(claimed.map(({ kind }) => kind)).toEqual(["busy", "mine", "replay", "mismatch", "busy", "replay"]);
  });

  test("locks further texts in the same statement", async () => {
    const release = await holding([newClaim()], async () => undefined, ["reference one"]);
    const { claimed, locked } = await flow((tx) => claim(tx, [newClaim()], ["reference two", "reference one", "reference two"]));
    await release();
    expect(claimed).toEqual([{ kind: "mine" }]);
    expect(locked).toEqual([true, false, true]);
  });

  test("costs as many statements for 200 as for one", async () => {
    const seen = new Map<number, string[]>();
    for (const size of [1, 200]) {
      const names: string[] = [];
      const end = kit.database.observe(({ name }) => void names.push(name));
      await flow(async (tx) => {
        const wanted = Array.from({ length: size }, () => newClaim());
        const { claimed } = await claim(
          tx,
          wanted,
          wanted.map(({ organisationId }) => organisationId),
        );
        expect(claimed).toEqual(wanted.map(() => ({ kind: "mine" })));
        await store(
          tx,
          wanted.map((one) => answered(one)),
        );
      });
      end();
      seen.set(size, names);
    }
    expect(seen.get(200)).toEqual(seen.get(1));
    expect(seen.get(1)?.length).toBe(6); // begin, its settings, the locks, the answers, the store, commit
  });

  test("crossing another batch in opposite order never deadlocks, and each key is one's only", async () => {
    for (let round = 0; round < 20; round += 1) {
      const wanted = Array.from({ length: 20 }, () => newClaim());
      const batches = [wanted, wanted.toReversed(), [...wanted.slice(7), ...wanted.slice(0, 7)]];
      const works = batches.map((batch) =>
        flow(async (tx) => {
          const { claimed } = await claim(tx, batch);
          const mine = batch.filter((_, index) => claimed[index]?.kind === "mine");
          await store(
            tx,
            mine.map((one) => answered(one)),
          );
          return mine;
        }),
      );
      const mine = (await Promise.all(works)).flat();
      expect(new Set(mine).size).toBe(mine.length);
    }
  });
});

test("two batches of the same keys that nobody locked do not wait for each other in a circle when they are stored", async () => {
  for (let round = 0; round < 10; round += 1) {
    const answers = Array.from({ length: 400 }, () => answered(newClaim()));
    const told = await Promise.allSettled([answers, answers.toReversed()].map((batch) => flow((tx) => store(tx, batch))));
    const lost = told.filter((one) => one.status === "rejected").map(({ reason }) => reason as unknown);
    expect(lost.map((error) => (lostTheKey(error) ? "lost the key" : String(error)))).toEqual(["lost the key"]);
  }
});

describe("one key sent many times at once", () => {
  /** An effect that can be counted: a deadline of the subject's, and its answer under the key. */
  async function effect(tx: Transaction, wanted: Claim): Promise<void> {
    await tx.execute(sql`
      insert into deadlines (organisation_id, kind, subject_id, due_at)
      values (${wanted.organisationId}, 'effect', ${newId(at)}, 'infinity')`);
    await store(tx, [answered(wanted)]);
  }

  async function effects({ organisationId }: Claim): Promise<number> {
    const { count } = await withReader(kit.database, { role: "stoa_read" }, (reader) =>
      reader.one(sql<{ count: number }>`select count(*)::integer as count from deadlines where organisation_id = ${organisationId}`),
    );
    return count;
  }

  test("has one effect, and everybody is told its answer", async () => {
    const wanted = newClaim();
    const send = () =>
      withPatience<"first" | "replay">(() =>
        flow(async (tx) => {
          const claimed = await claimOne(tx, wanted);
          if (claimed?.kind !== "mine") return claimed?.kind === "replay" ? "replay" : busy;
          await effect(tx, wanted);
          return "first";
        }),
      );
    const told = await Promise.all(Array.from({ length: 64 }, send));
    expect(told.toSorted()).toEqual(["first", ...Array.from({ length: 63 }, () => "replay")]);
    expect(await effects(wanted)).toBe(1);
  });

  test("has one effect even when nobody asks for the lock, because the index decides", async () => {
    const wanted = newClaim();
    const told = await Promise.allSettled(Array.from({ length: 8 }, () => flow((tx) => effect(tx, wanted))));
    expect(told.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(told.every((one) => one.status === "fulfilled" || lostTheKey(one.reason))).toBe(true);
    expect(await effects(wanted)).toBe(1);
  });
});

describe("purging", () => {
  test("deletes what was answered before a moment, in batches, and keeps the rest", async () => {
    const organisationId = newId(at);
    const old = Array.from({ length: 5 }, () => answered(newClaim({ organisationId }), { ...created, answeredAt: addMillis(at, -1) }));
    const kept = answered(newClaim({ organisationId }));
    await flow((tx) => store(tx, [...old, kept]));
    const deleted = [0, 1, 2].map(() => flow((tx) => purge(tx, at, 2)));
    let total = 0;
    for (const count of await Promise.all(deleted)) total += count;
    while (total < 5) total += await flow((tx) => purge(tx, at, 2));
    expect(await flow((tx) => purge(tx, at, 2))).toBe(0);
    expect(await storedCount(kept.claim)).toBe(1);
    expect(await flow((tx) => claimOne(tx, kept.claim))).toMatchObject({ kind: "replay" });
  });

  test("is done by one at a time", async () => {
    await flow((tx) => store(tx, [answered(newClaim(), { ...created, answeredAt: addMillis(at, -1) })]));
    const held = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const first = flow(async (tx) => {
      const count = await purge(tx, at, 10);
      held.resolve();
      await go.promise;
      return count;
    });
    await held.promise;
    expect(await flow((tx) => purge(tx, at, 10))).toBe(0);
    go.resolve();
    expect(await first).toBe(1);
  });
});

test("texts are locked once each, and told in the order asked", async () => {
  const held = await holding([], async () => undefined, ["b"]);
  expect(await flow((tx) => tryLocks(tx, ["c", "b", "a", "b", "c"]))).toEqual([true, false, true, false, true]);
  await held();
  expect(await flow((tx) => tryLocks(tx, []))).toEqual([]);
});
