import { afterAll, beforeAll, expect, it } from "vitest";
import { currency } from "../../src/kernel/money.ts";
import type { OfferId, PriceListId } from "../../src/kernel/ids.ts";
import { upsertOffers } from "../../src/modules/catalog/index.ts";
import { createPriceList, removePrices, setPrices } from "../../src/modules/pricing/index.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { type Acting, offerRow, openOperator, openStockedSeller, statementsOf } from "./acting.ts";

let test: TestDatabase;
let seller: Acting;
let offers: readonly OfferId[];
let priceListId: PriceListId;
beforeAll(async () => {
  test = await openTestDatabase();
  const operator = await openOperator(test);
  const { seller: stocked, skus } = await openStockedSeller(test, operator, [0]);
  seller = stocked;
  const rows = Array.from({ length: 1_000 }, (_, index) => offerRow(`R-${index}`, skus[0] ?? ""));
  const made = await seller.act((tx, actor) => upsertOffers(tx, actor, rows));
  offers = made.flatMap((row) => (row.ok ? [row.offer.offerId] : []));
  const terms = { name: "List", currency: currency("EUR"), validFrom: "2026-01-01", validUntil: null };
  ({ priceListId } = await seller.act((tx, actor) => createPriceList(tx, actor, terms)));
});
afterAll(() => test.close());

const judge = () => undefined;
const unitPrice = (amount: number) => ({ amount, currency: "EUR" });
const setting = (count: number, amount: number) =>
  statementsOf(test, () => {
    const rows = offers.slice(0, count).map((offerId) => ({ offerId, unitPrice: unitPrice(amount), tiers: [] }));
    return seller.act((tx, actor) => setPrices(tx, actor, { priceListId, judge, rows }));
  });
const removing = (from: number, to: number) =>
  statementsOf(test, () => {
    const rows = offers.slice(from, to).map((offerId) => ({ offerId }));
    return seller.act((tx, actor) => removePrices(tx, actor, { priceListId, judge, rows }));
  });

it("sets and takes a thousand prices of a list with as many statements as one", async () => {
  expect(offers).toHaveLength(1_000);
  const [one, thousand, again] = [await setting(1, 1), await setting(1_000, 2), await setting(1_000, 3)];
  const [taken, allTaken] = [await removing(0, 1), await removing(1, 1_000)];

  expect([thousand, again]).toEqual([one, one]);
  expect(allTaken).toBe(taken);
  const [left] = await test.owner<{ count: number }>("select count(*)::integer as count from price_list_prices");
  expect(left?.count).toBe(0);
});
