import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Uuid } from "../../src/kernel/ids.ts";
import { type Reader, withReader } from "../../src/platform/db/index.ts";
import { listOrders, listOrdersOfCompany, listOrdersOfSeller, type OrderFilters } from "../../src/views/order-lists.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { companyOf, openToOwner, plantMarket, sellerOf } from "../placing/planted-market.ts";

const orders = 20_000;
let kit: TestDatabase;

beforeAll(async () => {
  kit = await openTestDatabase();
  await openToOwner(kit);
  await plantMarket(kit, { sellers: 20, companies: 20, stock: [], limits: Array.from({ length: 20 }, () => null), unitPrice: 1_000 });
  // One in a hundred is open. Each is of a seller and a company in turn, and of a checkout of its own.
  await kit.owner(`
    alter table orders disable trigger user;
    alter table checkouts disable trigger user;
    with planted as (
      select n, ('01900000-0002-7000-8000-' || lpad(to_hex(n % 20), 12, '0'))::uuid as company_id,
        ('01900000-0001-7000-8000-' || lpad(to_hex(n / 20 % 20), 12, '0'))::uuid as seller_id,
        ('01900000-00c0-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as checkout_id,
        ('01900000-00d0-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as order_id
      from generate_series(1, ${orders}) as n
    ), c as (
      insert into checkouts (company_id, checkout_id, client_reference, state, version, payment_method, currency, net, tax, total, placed_at, placed_by,
        idempotency_id, snapshot, snapshot_hash)
      select company_id, checkout_id, 'PO-' || n, 'confirmed', 1, 'on_account', 'EUR', 0, 0, 0, stoa_now(), checkout_id, checkout_id, '{}', ''
      from planted
    )
    insert into orders (seller_id, order_id, company_id, checkout_id, client_reference, state, version, dispatch_country, currency, net, tax, total,
      placed_at, seller_name, company_name, line_count, snapshot, snapshot_hash)
    select seller_id, order_id, company_id, checkout_id, 'PO-' || n, case when n % 100 = 0 then 'confirmed' else 'completed' end, 1, 'DE', 'EUR',
      0, 0, 0, stoa_now(), 'S', 'C', 1, '{}', ''
    from planted`);
  await kit.owner("vacuum analyze orders");
}, 60_000);
afterAll(() => kit.close());

const last = "ffffffff-ffff-ffff-ffff-ffffffffffff" as Uuid;
const page = { before: last, beforeSecond: last, count: 51 };
const open: OrderFilters = { states: ["confirmed", "accepted"] };
const [seller, company] = [sellerOf(1), companyOf(1)];

type Scope = { readonly role: "stoa_application"; readonly organisation: string } | { readonly role: "stoa_operator" };

/** The plan, for any parameters, of the statement by which a list is read, as its reader has it. */
async function planOf(scope: Scope, look: (reader: Reader) => Promise<unknown>): Promise<string> {
  const texts: string[] = [];
  const end = kit.database.observe(({ text }) => void texts.push(text));
  await withReader(kit.database, scope, look);
  end();
  const text = texts.find((each) => each.startsWith("select seller_id")) ?? "";
  const client = new pg.Client({ connectionString: kit.url });
  await client.connect();
  try {
    await client.query(`set role ${scope.role}; set plan_cache_mode = force_generic_plan; set app.organisation = '${seller}'`);
    await client.query(`prepare listing as ${text}`);
    const parameters = Math.max(...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
    const values = Array.from({ length: parameters }, () => "null").join(", ");
    const { rows } = await client.query<{ "QUERY PLAN": string }>(`explain execute listing(${values})`);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  } finally {
    await client.end();
  }
}

const ofSeller = { role: "stoa_application", organisation: seller } as const;
const ofCompany = { role: "stoa_application", organisation: company } as const;
const operator = { role: "stoa_operator" } as const;

describe("a page of orders is read by an index", () => {
  test.each<[string, Scope, (reader: Reader) => Promise<unknown>, RegExp]>([
    ["of a seller", ofSeller, (reader) => listOrdersOfSeller(reader, seller, {}, page), /orders_pkey/],
    ["of a seller, open ones", ofSeller, (reader) => listOrdersOfSeller(reader, seller, open, page), /orders_open\b/],
    [
      "of a seller, by a reference",
      ofSeller,
      (reader) => listOrdersOfSeller(reader, seller, { reference: "PO-7" }, page),
      /orders_by_reference/,
    ],
    ["of a company", ofCompany, (reader) => listOrdersOfCompany(reader, company, {}, page), /orders_one_per_seller/],
    ["of a company, open ones", ofCompany, (reader) => listOrdersOfCompany(reader, company, open, page), /orders_open_of_company/],
    ["of all", operator, (reader) => listOrders(reader, {}, page), /orders_order_id_key/],
    ["of all, open ones", operator, (reader) => listOrders(reader, open, page), /orders_open/],
    ["of all, of one seller", operator, (reader) => listOrders(reader, { sellerId: seller }, page), /orders_pkey/],
    [
      "of all, of one company",
      operator,
      (reader) => listOrders(reader, { companyId: company }, page),
      /orders_one_per_seller|orders_order_id_key/,
    ],
    [
      "of all, open ones of one company",
      operator,
      (reader) => listOrders(reader, { companyId: company, ...open }, page),
      /orders_open_of_company/,
    ],
    ["of all, by a reference", operator, (reader) => listOrders(reader, { reference: "PO-7" }, page), /orders_by_reference/],
  ])("%s", async (_, scope, look, index) => {
    const plan = await planOf(scope, look);
    expect(plan).toMatch(index);
    expect(plan).not.toMatch(/Seq Scan on orders/);
  });

  test("and one that is not would be seen", async () => {
    await kit.owner("drop index orders_by_reference");
    expect(await planOf(operator, (reader) => listOrders(reader, { reference: "PO-7" }, page))).not.toMatch(/orders_by_reference/);
  });
});
