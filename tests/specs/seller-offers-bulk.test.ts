import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SellerId, VariantId } from "../../src/kernel/ids.ts";
import { createProduct, type OfferRow, type UpsertedRow, upsertOffers } from "../../src/modules/catalog/index.ts";
import { sql } from "../../src/platform/db/index.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { type Acting, look, newId, offerRow, openOperator, openSeller, sorted, statementsOf } from "./acting.ts";

let test: TestDatabase;
let operator: Acting;
let variantId: VariantId;

beforeAll(async () => {
  test = await openTestDatabase();
  operator = await openOperator(test);
  const product = await operator.act((tx, actor) =>
    createProduct(tx, actor, {
      title: "Bolt",
      variants: ["M8", "M10"].map((sku) => ({ sku, title: sku, unit: "C62", attributes: {} })),
    }),
  );
  variantId = product.variants[0]?.variantId ?? newId(1);
});
afterAll(() => test.close());

const eur = (amount: number) => ({ amount, currency: "EUR" });
const upsert = (seller: Acting, rows: readonly OfferRow[]) => seller.act((tx, actor) => upsertOffers(tx, actor, rows));
const told = (rows: readonly UpsertedRow[]) => rows.map((row) => (row.ok ? row.offer.version : row.code));

async function eventsOf(seller: Acting) {
  const rows = await look(
    test,
    sql<{ type: string; subject_version: number; audience: string | null; envelope: string }>`
      select e.type, e.subject_version, a.organisation_id as audience, a.envelope
      from events e left join event_audiences a using (event_id)
      where e.organisation_id = ${seller.organisationId} and e.subject_type = 'offer'
      order by e.event_id`,
  );
  return rows;
}

describe("A bulk upsert of offers", () => {
  it("applies the rows that can be and tells of each other one why not, by its place", async () => {
    const seller = await openSeller(test, operator);

    const results = await upsert(seller, [
      offerRow("A", "M8"),
      offerRow("B", "no such SKU"),
      offerRow("A", "M10"),
      offerRow("C", "M8", { currency: "XXX" }),
      offerRow("D", "M8", { unitPrice: { amount: 1, currency: "GBP" } }),
      offerRow("E", "M8", { tiers: [{ fromQuantity: 10, unitPrice: { amount: 1, currency: "GBP" } }] }),
      offerRow("F", "M8", {
        tiers: [
          { fromQuantity: 10, unitPrice: eur(9) },
          { fromQuantity: 10, unitPrice: eur(8) },
        ],
      }),
      offerRow("G", "M8", { tiers: [{ fromQuantity: 1, unitPrice: eur(9) }] }),
      offerRow("H", "M8", { variantId }),
      offerRow("I", "M8", { sku: undefined }),
      offerRow("J", "M8", { sku: undefined, variantId: newId<VariantId>(1) }),
      offerRow("K", "M8", { sku: undefined, variantId }),
    ]);

    expect(told(results)).toEqual([
      ...[1, "unknown-reference", "reference-repeated", "currency-unknown", "currency-mismatch", "currency-mismatch"],
      ...["tiers-not-ascending", "tiers-not-ascending", "variant-unclear", "variant-unclear", "unknown-reference", 1],
    ]);
    const stored = sql<{ reference: string }>`select reference from offers where seller_id = ${seller.organisationId} order by reference`;
    expect((await look(test, stored)).map(({ reference }) => reference)).toEqual(["A", "K"]);
  });

  it("changes what differs with one event each, and keeps the version of what does not", async () => {
    const seller = await openSeller(test, operator);
    const tiers = [{ fromQuantity: 100, unitPrice: eur(9_007_199_254_740_991) }];
    await upsert(seller, [offerRow("A", "M8", { tiers }), offerRow("B", "M8")]);

    const again = await upsert(seller, [offerRow("A", "M8", { tiers }), offerRow("B", "M8", { unitPrice: eur(1001) })]);

    expect(told(again)).toEqual([1, 2]);
    const events = await eventsOf(seller);
    expect(events.map(({ type, subject_version }) => `${type} ${subject_version}`)).toEqual([
      "offer.created 1",
      "offer.created 1",
      "offer.changed 2",
    ]);
    expect(events.every(({ audience }) => audience === seller.organisationId)).toBe(true);
    expect(JSON.parse(events[0]?.envelope ?? "{}")).toMatchObject({
      data: { reference: "A", sku: "M8", tiers: [{ from_quantity: 100, unit_price: eur(9_007_199_254_740_991) }] },
    });
  });

  it("sees each kind of term change", async () => {
    const seller = await openSeller(test, operator);
    const changes: Partial<OfferRow>[] = [
      { sku: "M10" },
      { currency: "GBP", unitPrice: { amount: 1000, currency: "GBP" } },
      { unitPrice: eur(999) },
      { pricePer: 100 },
      { minimum: 5 },
      { step: 5 },
      { tiers: [{ fromQuantity: 2, unitPrice: eur(999) }] },
      { tiers: [{ fromQuantity: 3, unitPrice: eur(999) }] },
      { taxCategory: "reduced" },
    ];
    await upsert(seller, [offerRow("A", "M8")]);

    const versions = [];
    for (const change of changes) versions.push(...told(await upsert(seller, [offerRow("A", "M8", change)])));

    expect(versions).toEqual(changes.map((_, index) => index + 2));
  });

  it("lets two sellers use one reference, each for an offer of their own", async () => {
    const [first, second] = [await openSeller(test, operator, "First"), await openSeller(test, operator, "Second")];

    await upsert(first, [offerRow("SAME", "M8")]);
    await upsert(second, [offerRow("SAME", "M10")]);

    const stored = sql<{
      seller_id: SellerId;
      version: number;
    }>`select seller_id, version from offers where reference = 'SAME' order by offer_id`;
    expect(await look(test, stored)).toEqual([
      { seller_id: first.organisationId, version: 1 },
      { seller_id: second.organisationId, version: 1 },
    ]);
  });

  it("makes each offer once when eight calls create the same ones at once, in whatever order", async () => {
    const seller = await openSeller(test, operator);
    // So many that two statements which name them in opposite orders are under way at one time.
    const rows = Array.from({ length: 400 }, (_, index) => offerRow(`R-${index}`, "M8"));

    const { done } = sorted(
      await Promise.allSettled(Array.from({ length: 8 }, (_, index) => upsert(seller, index % 2 === 0 ? rows : rows.toReversed()))),
    );

    expect(done.flatMap(told)).toEqual(Array.from({ length: 8 * 400 }, () => 1));
    expect(new Set(done.flat().map((row) => (row.ok ? row.offer.offerId : row.code))).size).toBe(400);
    expect(await eventsOf(seller)).toHaveLength(400);
  });

  it("loses no change when eight calls change one offer at once: eight versions, eight events", async () => {
    const seller = await openSeller(test, operator);
    await upsert(seller, [offerRow("A", "M8")]);

    await Promise.all(Array.from({ length: 8 }, (_, index) => upsert(seller, [offerRow("A", "M8", { unitPrice: eur(2000 + index) })])));

    expect((await eventsOf(seller)).map(({ subject_version }) => subject_version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("sends as many statements for a thousand rows as for one", async () => {
    const seller = await openSeller(test, operator);
    const rows = (count: number, price: number) =>
      Array.from({ length: count }, (_, index) => offerRow(`R-${index}`, "M8", { unitPrice: eur(price) }));

    const created = [
      await statementsOf(test, () => upsert(seller, rows(1, 1))),
      await statementsOf(test, () => upsert(seller, rows(1000, 2))),
    ];
    const changed = [
      await statementsOf(test, () => upsert(seller, rows(1, 3))),
      await statementsOf(test, () => upsert(seller, rows(1000, 4))),
    ];

    // The thousand hold the one, which is changed while the others are created: one statement more.
    expect(created[1]).toBe((created[0] ?? 0) + 1);
    expect(changed[1]).toBe(changed[0]);
  });
});
