import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { instant } from "../../src/kernel/clock.ts";
import { createIdSource } from "../../src/kernel/ids.ts";
import type { EventId, OrderId, SellerId } from "../../src/kernel/ids.ts";
import { openDatabase, sql, withFlowTransaction, withReader, withTransaction } from "../../src/platform/db/index.ts";
import type { Database, Transaction } from "../../src/platform/db/index.ts";
import { appendEvents, numberEvents, oldestUnnumbered, readEvents, startSequencer } from "../../src/platform/outbox/index.ts";
import type { NewEvent, Pass } from "../../src/platform/outbox/index.ts";
import { openTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { openWire } from "../support/wire.ts";

const newId = createIdSource((bytes) => crypto.getRandomValues(bytes));
const at = instant(1_700_000_000_000);
const seller = newId<SellerId>(at);
let kit: TestDatabase;

beforeAll(async () => {
  kit = await openTestDatabase();
  await kit.owner("create table subjects (subject_id uuid primary key, version integer not null)");
  await kit.owner("grant select, insert, update, delete on subjects to stoa_flow");
});
afterAll(() => kit.close());

beforeEach(async () => {
  await kit.owner("truncate events, event_audiences, subjects");
  // Nobody else can take a position back: each test counts from one.
  await kit.owner("alter table event_sequencer disable trigger event_sequencer_only_rises");
  await kit.owner("update event_sequencer set last_position = 0");
  await kit.owner("alter table event_sequencer enable trigger event_sequencer_only_rises");
});

function newEvent(change: Partial<NewEvent> = {}): NewEvent {
  return {
    eventId: newId<EventId>(at),
    organisationId: seller,
    subjectId: newId<OrderId>(at),
    subjectType: "order",
    subjectVersion: 1,
    type: "order.confirmed",
    occurredAt: at,
    requestId: "req_1",
    data: { seen: "by the operator" },
    audiences: [{ organisationId: seller, data: { seen: "by the seller" } }],
    ...change,
  };
}

function flow<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
  return withFlowTransaction(kit.database, { role: "stoa_flow", locks: ["order"] }, work);
}

function write(...events: readonly NewEvent[]): Promise<void> {
  return flow((tx) => appendEvents(tx, events));
}

function pass(limit = 1_000, database: Database = kit.database): Promise<Pass> {
  return withFlowTransaction(database, { role: "stoa_sequencer", locks: ["event_sequencer"] }, (tx) => numberEvents(tx, limit));
}

type Seen = { position: number; id: string; subject: string; subject_version: number; data: unknown };

async function read(organisation: SellerId | "operator", after = 0n, limit = 1_000) {
  const scope = organisation === "operator" ? ({ role: "stoa_operator" } as const) : ({ role: "stoa_application", organisation } as const);
  const audience =
    organisation === "operator" ? ({ kind: "operator" } as const) : ({ kind: "organisation", organisationId: organisation } as const);
  const page = await withReader(kit.database, scope, (reader) => readEvents(reader, audience, after, limit));
  return { events: page.items.map((text) => JSON.parse(text) as Seen), nextAfter: page.nextAfter };
}

/** Invariant R2 over what a reader saw: no gap in the positions, none of a subject's versions skipped or reordered. */
function violations(events: readonly Seen[]): string[] {
  const versions = new Map<string, number>();
  const found: string[] = [];
  for (const [index, event] of events.entries()) {
    if (event.position !== index + 1) found.push(`position ${event.position} stands at ${index + 1}`);
    const before = versions.get(event.subject) ?? 0;
    if (event.subject_version !== before + 1) found.push(`version ${event.subject_version} of ${event.subject} follows ${before}`);
    versions.set(event.subject, event.subject_version);
  }
  return found;
}

describe("an event", () => {
  test("has no position and is read by nobody until it was numbered", async () => {
    await write(newEvent());
    expect((await read("operator")).events).toEqual([]);
    expect(await pass()).toEqual({ kind: "numbered", count: 1 });
    expect((await read("operator")).events).toMatchObject([{ position: 1, data: { seen: "by the operator" } }]);
  });

  test("shows each organisation its own payload, and what is not its own not at all", async () => {
    const [company, stranger] = [newId<SellerId>(at), newId<SellerId>(at)];
    const told = newEvent({
      audiences: [
        { organisationId: seller, data: { commission: 3 } },
        { organisationId: company, data: { total: 30 } },
      ],
    });
    await write(told, newEvent({ audiences: [] }));
    await pass();
    expect((await read("operator")).events).toHaveLength(2);
    expect((await read(seller)).events.map(({ data }) => data)).toEqual([{ commission: 3 }]);
    expect((await read(company)).events.map(({ data }) => data)).toEqual([{ total: 30 }]);
    expect((await read(stranger)).events).toEqual([]);
    // Row-level security decides, not only the argument.
    const foreign = await withReader(kit.database, { role: "stoa_application", organisation: stranger }, (reader) =>
      readEvents(reader, { kind: "organisation", organisationId: seller }, 0n, 10),
    );
    expect(foreign).toEqual({ items: [], nextAfter: 0n });
  });

  test("is taken back with its change", async () => {
    const failing = flow(async (tx) => {
      await appendEvents(tx, [newEvent()]);
      throw new Error("taken back");
    });
    await expect(failing).rejects.toThrow("taken back");
    expect(await pass()).toEqual({ kind: "numbered", count: 0 });
  });

  test("is one for each version of its subject", async () => {
    const one = newEvent();
    await write(one);
    await expect(write({ ...one, eventId: newId<EventId>(at) })).rejects.toThrow("events_pkey");
  });

  test("keeps its position: nobody may give it a second one", async () => {
    await write(newEvent());
    await pass();
    const again = withFlowTransaction(kit.database, { role: "stoa_sequencer", locks: [] }, (tx) =>
      tx.execute(sql`update events set position = 9`),
    );
    await expect(again).rejects.toThrow("a position is given once");
    const early = flow((tx) => tx.execute(sql`update events set position = 9`));
    await expect(early).rejects.toThrow("permission denied for table events");
  });

  test("is written by an organisation in its own scope for itself only", async () => {
    const scope = { role: "stoa_application", organisation: seller } as const;
    await withTransaction(kit.database, scope, (tx) => appendEvents(tx, [newEvent()]));
    const foreign = newEvent({ audiences: [{ organisationId: newId(at), data: {} }] });
    await expect(withTransaction(kit.database, scope, (tx) => appendEvents(tx, [foreign]))).rejects.toThrow("row-level security");
  });

  test("costs one statement however many there are", async () => {
    const names: string[] = [];
    const end = kit.database.observe(({ name }) => void names.push(name));
    await write(...Array.from({ length: 300 }, () => newEvent()));
    end();
    expect(names).toHaveLength(4); // begin, its settings, the events, commit
    expect(await pass()).toEqual({ kind: "numbered", count: 300 });
  });
});

describe("a pass of the sequencer", () => {
  test("numbers by subject and version, goes on where the last one ended, and takes no more than its limit", async () => {
    const subjects = [newId<OrderId>(at), newId<OrderId>(at)];
    const events = subjects.flatMap((subjectId) => [1, 2, 3].map((subjectVersion) => newEvent({ subjectId, subjectVersion })));
    await write(...events.toReversed());
    expect([await pass(4), await pass(4), await pass(4)]).toEqual([4, 2, 0].map((count) => ({ kind: "numbered", count })));
    const { events: seen } = await read("operator");
    expect(violations(seen)).toEqual([]);
    expect(seen.map(({ subject_version }) => subject_version)).toEqual([1, 2, 3, 1, 2, 3]);
  });

  test("numbers a backlog in time, though the statistics are of an hour in which nothing waited", async () => {
    const many = (count: number) => Array.from({ length: count }, () => newEvent());
    await write(...many(1_000));
    await pass();
    for (const table of ["events", "event_audiences"]) await kit.owner(`vacuum analyze ${table}`);
    // Compared with itself row by row, a backlog like this takes longer than a statement may.
    await write(...many(12_000));
    expect(await pass(12_000)).toEqual({ kind: "numbered", count: 12_000 });
    expect(await kit.owner("select from event_audiences where position is null limit 1")).toEqual([]);
  });

  test("finds the sequencer busy while another is under way, and waits for nothing", async () => {
    await write(newEvent());
    const held = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const first = withFlowTransaction(kit.database, { role: "stoa_sequencer", locks: ["event_sequencer"] }, async (tx) => {
      const numbered = await numberEvents(tx, 10);
      held.resolve();
      await go.promise;
      return numbered;
    });
    await held.promise;
    await write(newEvent());
    expect(await pass()).toEqual({ kind: "busy" });
    expect((await read("operator")).events).toEqual([]);
    go.resolve();
    expect(await first).toEqual({ kind: "numbered", count: 1 });
    expect(await pass()).toEqual({ kind: "numbered", count: 1 });
    expect(violations((await read("operator")).events)).toEqual([]);
  });

  test("tells how many wait, and for how long the oldest does", async () => {
    const look = () => withReader(kit.database, { role: "stoa_read" }, oldestUnnumbered);
    expect(await look()).toEqual({ count: 0n, seconds: 0 });
    await write(newEvent(), newEvent());
    expect((await look()).count).toBe(2n);
    expect((await look()).seconds).toBeGreaterThan(60);
    await pass();
    expect(await look()).toEqual({ count: 0n, seconds: 0 });
  });

  test("that dies at any of its statements leaves all or nothing, and the next one goes on without a gap", async () => {
    const wire = await openWire({ upstreamUrl: kit.url });
    let written = 0;
    let committed = 0;
    for (const moment of ["before", "after"] as const) {
      for (let boundary = 1; boundary <= 5; boundary += 1) {
        const database = openDatabase({ url: wire.url, poolSize: 1 });
        await write(newEvent(), newEvent());
        written += 2;
        const unwatch = wire.watch((statement, seen) => (statement.ordinal === boundary && seen === moment ? "cut" : "pass"));
        await expect(pass(10, database)).rejects.toThrow();
        unwatch();
        await database.close();
        const next = await settled();
        committed += next.count === 0 ? 1 : 0;
        const { events } = await read("operator");
        expect(events).toHaveLength(written);
        expect(violations(events)).toEqual([]);
      }
    }
    // Of all ten deaths only the one behind the commit left its work behind.
    expect(committed).toBe(1);
    await wire.close();
  });

  /** The next pass that is not kept out by what a dead connection still holds. */
  async function settled(): Promise<{ count: number }> {
    for (;;) {
      const next = await pass();
      if (next.kind === "numbered") return next;
    }
  }
});

describe("readers, while writers and two sequencers run", () => {
  const subjects = Array.from({ length: 5 }, () => newId<OrderId>(at));

  /** One change of some subjects, as a flow makes it: lock the rows in order, raise the versions, write the events, or take it all back. */
  async function change(random: () => number): Promise<void> {
    const touched = subjects.filter(() => random() < 0.4);
    await flow(async (tx) => {
      const locked = await tx.lock(
        "order",
        sql<{ subject_id: OrderId; version: number }>`
          select subject_id, version from subjects where subject_id = any (${touched}::uuid[]) order by subject_id for no key update`,
      );
      await tx.execute(sql`update subjects set version = version + 1 where subject_id = any (${touched}::uuid[])`);
      await appendEvents(
        tx,
        locked.map(({ subject_id, version }) => newEvent({ subjectId: subject_id, subjectVersion: version + 1 })),
      );
      if (random() < 0.3) await tx.query(sql`select pg_sleep(${random() / 100})`);
      if (random() < 0.2) throw new Error("taken back");
    }).catch((error: unknown) => {
      if (String(error) !== "Error: taken back") throw error;
    });
  }

  /** Reads on from its cursor until it is told that nothing more will come and there is nothing more. */
  async function follow(organisation: SellerId | "operator", over: () => boolean): Promise<Seen[]> {
    const seen: Seen[] = [];
    for (let after = 0n; ; ) {
      const last = over();
      const page = await read(organisation, after, 7);
      seen.push(...page.events);
      after = page.nextAfter;
      if (last && page.events.length === 0) return seen;
    }
  }

  test("miss no event, see none twice, and each subject's in its order", async () => {
    await flow((tx) => tx.execute(sql`insert into subjects select unnest(${subjects}::uuid[]), 0`));
    let over = false;
    const failures: unknown[] = [];
    const sequencers = [7, 11].map((limit) =>
      startSequencer({
        pass: () => pass(limit),
        fullPass: limit,
        everyMillis: 3,
        restMillis: 0,
        onFailure: (error) => void failures.push(error),
      }),
    );
    const readers = [follow("operator", () => over), follow(seller, () => over)];
    await Promise.all(
      Array.from({ length: 4 }, async (_, writer) => {
        const random = seeded(writer);
        for (let count = 0; count < 60; count += 1) await change(random);
      }),
    );
    await Promise.all(sequencers.map((sequencer) => sequencer.stop()));
    for (let left = await pass(); left.kind === "busy" || left.count > 0; left = await pass());
    over = true;
    const rows = await kit.owner<{ version: number }>("select version from subjects");
    let total = 0;
    for (const { version } of rows) total += version;
    for (const seen of await Promise.all(readers)) {
      expect(violations(seen)).toEqual([]);
      expect(seen).toHaveLength(total);
    }
    expect(failures).toEqual([]);
    expect(total).toBeGreaterThan(100);
  });

  test("would miss one if positions were given when events are written, which is seen by the same eyes", async () => {
    await kit.owner("create sequence if not exists planted_positions; grant usage on planted_positions to stoa_flow");
    await kit.owner("grant update (position) on events to stoa_flow; create policy planted on events to stoa_flow using (true)");
    await kit.owner("grant select on events to stoa_flow");
    const plant = (tx: Transaction, event: NewEvent) =>
      appendEvents(tx, [event]).then(() =>
        tx.execute(sql`update events set position = nextval('planted_positions') where event_id = ${event.eventId}`),
      );
    const [slow, fast] = [newEvent(), newEvent()];
    const numbered = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const late = flow(async (tx) => {
      await plant(tx, slow);
      numbered.resolve();
      await go.promise;
    });
    await numbered.promise;
    await flow((tx) => plant(tx, fast));
    const before = await read("operator");
    go.resolve();
    await late;
    const after = await read("operator", before.nextAfter);
    expect(violations([...before.events, ...after.events])).toEqual(["position 2 stands at 1"]);
    await kit.owner(
      "drop policy planted on events; revoke select, update (position) on events from stoa_flow; drop sequence planted_positions",
    );
  });
});

/** A repeatable stream of numbers from 0 to 1 (the generator mulberry32). */
function seeded(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
