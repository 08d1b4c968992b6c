import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { instant } from "../../src/kernel/clock.ts";
import { createIdSource } from "../../src/kernel/ids.ts";
import type { EventId } from "../../src/kernel/ids.ts";
import { sql, withFlowTransaction, withReader } from "../../src/platform/db/index.ts";
import type { Reader } from "../../src/platform/db/index.ts";
import { claim, hashKey, purge, store } from "../../src/platform/idempotency/index.ts";
import { overdue, readDueDeadlines } from "../../src/platform/jobs/index.ts";
import { appendEvents, numberEvents, oldestUnnumbered, readEvents } from "../../src/platform/outbox/index.ts";
import { openTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";

const newId = createIdSource((bytes) => crypto.getRandomValues(bytes));
const at = instant(1_700_000_000_000);
const answers = 50_000;
const rows = 10_000;
let kit: TestDatabase;

beforeAll(async () => {
  kit = await openTestDatabase();
});
afterAll(() => kit.close());

const answeredClaim = { organisationId: newId(at), operation: "POST /x", keyHash: hashKey("one"), fingerprint: Buffer.alloc(32) };
const answer = { status: 201, answeredAt: at, contentType: "application/json", body: Buffer.from("{}"), sealed: false };
const event = {
  eventId: newId<EventId>(at),
  organisationId: newId(at),
  subjectId: newId(at),
  subjectType: "order",
  subjectVersion: 1,
  type: "order.confirmed",
  occurredAt: at,
  requestId: "req_1",
  data: {},
  audiences: [{ organisationId: newId(at), data: {} }],
} as const;

function reading(role: "stoa_read" | "stoa_operator", look: (reader: Reader) => Promise<unknown>): Promise<unknown> {
  return withReader(kit.database, { role }, look);
}

/** What each is done by: the role it runs as, and the doing. */
const doings = {
  "claiming a key": ["stoa_flow", () => flow((tx) => claim(tx, [answeredClaim]))],
  "storing an answer": [
    "stoa_flow",
    () =>
      flow((tx) =>
        store(tx, [{ claim: { ...answeredClaim, organisationId: newId(at) }, idempotencyId: newId(at), principalId: newId(at), answer }]),
      ),
  ],
  "purging old answers": ["stoa_flow", () => flow((tx) => purge(tx, instant(0), 10))],
  "writing events": ["stoa_flow", () => flow((tx) => appendEvents(tx, [{ ...event, subjectId: newId(at) }]))],
  "numbering events": [
    "stoa_sequencer",
    () => withFlowTransaction(kit.database, { role: "stoa_sequencer", locks: ["event_sequencer"] }, (tx) => numberEvents(tx, 100)),
  ],
  "reading all events": ["stoa_operator", () => reading("stoa_operator", (reader) => readEvents(reader, { kind: "operator" }, 100n, 100))],
  "reading one's own events": [
    "stoa_application",
    () =>
      withReader(kit.database, { role: "stoa_application", organisation: event.organisationId }, (reader) =>
        readEvents(reader, { kind: "organisation", organisationId: event.organisationId }, 100n, 100),
      ),
  ],
  "looking for events without a position": ["stoa_read", () => reading("stoa_read", oldestUnnumbered)],
  "reading due deadlines": ["stoa_read", () => reading("stoa_read", (reader) => readDueDeadlines(reader, undefined, 100))],
  "counting overdue deadlines": ["stoa_read", () => reading("stoa_read", (reader) => overdue(reader))],
} as const;

function flow<T>(work: Parameters<typeof withFlowTransaction<T>>[2]): Promise<T> {
  return withFlowTransaction(kit.database, { role: "stoa_flow", locks: [] }, work);
}

/** The plans, for any parameters, of the statements that a doing sends, as its role has them. */
async function plansOf([role, act]: (typeof doings)[keyof typeof doings]): Promise<string> {
  const texts: string[] = [];
  const end = kit.database.observe(({ text }) => void texts.push(text));
  await act();
  end();
  const client = new pg.Client({ connectionString: kit.url });
  await client.connect();
  try {
    await client.query(`set role ${role}; set plan_cache_mode = force_generic_plan; set app.organisation = '${event.organisationId}'`);
    const plans: string[] = [];
    for (const [index, text] of texts.filter((one) => !/^(begin|commit|select set_config)/.test(one)).entries()) {
      const parameters = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
      await client.query(`prepare doing_${index} as ${text}`);
      const call = parameters === 0 ? "" : `(${Array.from({ length: parameters }, () => "null").join(", ")})`;
      const { rows: lines } = await client.query<{ "QUERY PLAN": string }>(`explain execute doing_${index}${call}`);
      plans.push(...lines.map((line) => line["QUERY PLAN"]));
    }
    expect(plans.length).toBeGreaterThan(0);
    return plans.join("\n");
  } finally {
    await client.end();
  }
}

async function fill(): Promise<void> {
  await flow((tx) =>
    tx.execute(sql`
      insert into idempotency (organisation_id, operation, key_hash, idempotency_id, fingerprint, principal_id, status, answered_at, content_type, body)
      select gen_random_uuid(), 'POST /x', sha256(n::text::bytea), gen_random_uuid(), sha256(''), gen_random_uuid(), 201, '2023-01-01'::timestamptz + n * interval '1 second', 'x', ''
      from generate_series(1, ${answers}) as n`),
  );
  await flow((tx) =>
    tx.execute(sql`
      with written as (
        insert into events (organisation_id, subject_id, subject_version, event_id, type, subject_type, occurred_at, request_id, data)
        select ${event.organisationId}, gen_random_uuid(), 1, ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 'x', 'order', '2023-01-01', 'x', '{}'
        from generate_series(1, ${rows}) as n
      )
      insert into event_audiences (organisation_id, event_id, envelope)
      select case when n % 5 = 0 then ${event.organisationId} else gen_random_uuid() end, ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, '{}'
      from generate_series(1, ${rows}) as n`),
  );
  await withFlowTransaction(kit.database, { role: "stoa_sequencer", locks: ["event_sequencer"], statementTimeoutMillis: 60_000 }, (tx) =>
    numberEvents(tx, rows),
  );
  await flow((tx) =>
    tx.execute(sql`
      insert into deadlines (organisation_id, kind, subject_id, due_at)
      select gen_random_uuid(), 'x', gen_random_uuid(), '2100-01-01'::timestamptz + n * interval '1 second'
      from generate_series(1, ${rows}) as n`),
  );
  await kit.owner("vacuum analyze");
}

const whole = /Seq Scan on (idempotency|events|event_audiences|deadlines)/;

describe(`with ${rows} rows and more behind it, no table is read whole for`, () => {
  beforeAll(fill);
  test.each(Object.keys(doings) as (keyof typeof doings)[])("%s", async (name) => {
    expect(await plansOf(doings[name])).not.toMatch(whole);
  });

  test("and a table that is read whole is seen by the same eyes", async () => {
    const counting = [
      "stoa_read",
      () => reading("stoa_read", (reader) => reader.query(sql`select count(*) from events where data = 'x'`)),
    ] as const;
    expect(await plansOf(counting as never)).toMatch(whole);
  });
});
