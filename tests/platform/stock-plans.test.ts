import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Uuid } from "../../src/kernel/ids.ts";
import { listMovements, listMovementsOfOffer, movementKinds } from "../../src/modules/inventory/index.ts";
import { readServed } from "../../src/modules/inventory/waiting-store.ts";
import { type Reader, type ReaderScope, sql, type Statement, withReader } from "../../src/platform/db/index.ts";
import { readOpenOrdersBehind } from "../../src/views/orders-of-party.ts";
import { readOpenHolders } from "../../src/views/stock-holders.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { companyOf, locationOf, offerOf, openToOwner, plantMarket, sellerOf } from "../placing/planted-market.ts";

const rows = 40_000;
const sellers = 20;
const offers = 200;
let kit: TestDatabase;

beforeAll(async () => {
  kit = await openTestDatabase();
  await openToOwner(kit);
  const limits = Array.from({ length: sellers }, () => null);
  await plantMarket(kit, { sellers, companies: sellers, stock: Array.from({ length: offers }, () => 1_000), limits, unitPrice: 1_000 });
  // What is planted names checkouts and lines that are not there: plans look at the numbers of rows alone. One order in a hundred is open.
  await kit.owner(`
    do $$
    declare guard record;
    begin
      for guard in select conrelid::regclass as held, conname from pg_constraint
                   where contype = 'f' and conrelid in ('orders'::regclass, 'reservations'::regclass, 'movements'::regclass)
      loop execute format('alter table %s drop constraint %I', guard.held, guard.conname); end loop;
    end $$;
    alter table orders disable trigger user;
    alter table reservations disable trigger user;
    alter table movements disable trigger user;
    create view planted as
      select n, ('01900000-0001-7000-8000-' || lpad(to_hex(n % ${sellers}), 12, '0'))::uuid as seller_id,
        ('01900000-0002-7000-8000-' || lpad(to_hex(n / ${sellers} % ${sellers}), 12, '0'))::uuid as company_id,
        ('01900000-0004-7000-8000-' || lpad(to_hex(n % ${offers}), 12, '0'))::uuid as offer_id,
        ('01900000-0005-7000-8000-' || lpad(to_hex(n % ${sellers}), 12, '0'))::uuid as location_id,
        ('01900000-00d0-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as order_id,
        ('01900000-00e0-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as reservation_id
      from generate_series(1, ${rows}) as n;
    insert into orders (seller_id, order_id, company_id, checkout_id, client_reference, state, version, dispatch_country, currency, net, tax, total,
      placed_at, seller_name, company_name, line_count, snapshot, snapshot_hash)
    select seller_id, order_id, company_id, order_id, 'PO-' || n, case when n % 100 < ${sellers} then 'confirmed' else 'completed' end, 1, 'DE', 'EUR',
      0, 0, 0, stoa_now(), 'S', 'C', 1, '{}', ''
    from planted;`);
  await kit.owner(`
    insert into reservations (seller_id, reservation_id, order_id, line_number, offer_id, location_id, quantity, finalized, backordered)
    select seller_id, reservation_id, order_id, 1, offer_id, location_id, 1, case when n % 100 < ${sellers} then 0 else 1 end, 0
    from planted`);
  await kit.owner(`
    insert into movements (seller_id, movement_id, offer_id, location_id, kind, on_hand_delta, reserved_delta, cause_type, cause_id, reservation_id, at)
    select seller_id, reservation_id, offer_id, location_id, 'reserve', 0, 1, 'order_placed', order_id, reservation_id, stoa_now()
    from planted`);
  await kit.owner("vacuum analyze orders, reservations, movements");
}, 60_000);
afterAll(() => kit.close());

const [seller, company] = [sellerOf(1), companyOf(1)];
const last = "ffffffff-ffff-ffff-ffff-ffffffffffff" as Uuid;
const page = { before: last, beforeSecond: last, count: 51 };
const all = { locationId: null, kinds: movementKinds };
const levels = [1, 21, 41].map((number) => ({ offerId: offerOf(number), locationId: locationOf(1) }));
const level = { onHand: 0, reserved: 500, backorderLimit: 0 };
const arrivals = levels.map((change) => ({ change, level, after: { ...level, onHand: 100 } })) as unknown as Parameters<
  typeof readServed
>[2];

type Look = (reader: Reader) => Promise<unknown>;

/** The plans of what is sent, for the values that are sent, in the role that sends it. */
async function plansOf(scope: ReaderScope, look: Look): Promise<string> {
  const sent: Statement[] = [];
  await withReader(kit.database, scope, async (reader) =>
    look({ ...reader, query: (statement) => (sent.push(statement), reader.query(statement)) }),
  );
  const client = new pg.Client({ connectionString: kit.url });
  await client.connect();
  try {
    await client.query(`begin; set local role ${scope.role}; set local app.organisation = '${seller}'`);
    const plans: string[] = [];
    for (const { text, values } of sent) {
      const parameters = values.map((value) => (typeof value === "bigint" ? String(value) : value));
      const { rows: lines } = await client.query<{ "QUERY PLAN": string }>(`explain ${text}`, parameters);
      plans.push(...lines.map((line) => line["QUERY PLAN"]));
    }
    expect(plans.length).toBeGreaterThan(0);
    return plans.join("\n");
  } finally {
    await client.end();
  }
}

const whole = /Seq Scan on (orders|reservations|movements)\b/;
const flow = { role: "stoa_flow" } as unknown as ReaderScope;
const own: ReaderScope = { role: "stoa_application", organisation: seller };

describe(`among ${rows} orders, reservations and movements none is read whole for`, () => {
  test.each<[string, ReaderScope, Look, RegExp]>([
    ["whom arriving goods serve", own, (reader) => readServed(reader, seller, arrivals), /reservations_holding/],
    ["who could give up units", flow, (reader) => readOpenHolders(reader, seller, levels, 100), /reservations_holding/],
    ["a page of movements", own, (reader) => listMovements(reader, seller, all, page), /movements_pkey/],
    ["a page of movements of an offer", own, (reader) => listMovementsOfOffer(reader, seller, offerOf(1), all, page), /movements_by_offer/],
    [
      "a seller's open orders",
      flow,
      (reader) => readOpenOrdersBehind(reader, { kind: "seller", id: seller }, undefined, 200),
      /orders_open\b/,
    ],
    [
      "a company's open orders",
      flow,
      (reader) => readOpenOrdersBehind(reader, { kind: "company", id: company }, undefined, 200),
      /orders_open_of_company/,
    ],
  ])("%s", async (_, scope, look, index) => {
    const plan = await plansOf(scope, look);
    expect(plan).toMatch(index);
    expect(plan).not.toMatch(whole);
  });

  test("and one that is read whole is seen by the same eyes", async () => {
    expect(await plansOf(flow, (reader) => reader.query(sql`select count(*) from reservations where quantity = 5`))).toMatch(whole);
  });
});
