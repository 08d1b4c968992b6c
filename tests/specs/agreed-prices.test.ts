import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { placedOrder, placingOf } from "./placed-orders.ts";

let market: OwnMarket;
let seller: Seller;
let company: Company;
beforeAll(async () => {
  market = await openMarket();
  [seller, company] = await Promise.all([market.seller(), market.company()]);
});
afterAll(() => market.close());

const lists = "/v1/seller/price-lists";
const eur = (amount: number) => ({ amount, currency: "EUR" });
type Tiers = readonly { readonly from_quantity: number; readonly unit_price: { amount: number; currency: string } }[];

let named = 0;
/** A list that holds for the company, with one price. */
async function agree(
  offer: string,
  amount: number,
  { tiers = [], ...terms }: { tiers?: Tiers } & Record<string, unknown> = {},
): Promise<string> {
  named += 1;
  const { id } = await seller.post<{ id: string }>(lists, { name: `List ${named}`, currency: "EUR", valid_from: "2020-01-01", ...terms });
  await seller.post(`${lists}/${id}/prices`, { prices: [{ offer, unit_price: eur(amount), tiers }] });
  await seller.post(`${lists}/${id}/companies`, { companies: [company.id] });
  return id;
}

/** The price of a line of so many units: what was paid, what the offer asks, and where the price is from. */
async function priceOf(offer: string, quantity: number, buyer = company) {
  const { snapshot } = await placedOrder(market, buyer, { lines: [{ offer, quantity }] });
  const [line] = snapshot.lines;
  return [line?.unit_price, line?.list_price, line?.price_from];
}

async function millisToMidnight(): Promise<number> {
  const [row] = await market.database.owner<{ millis: string }>(
    "select (extract(epoch from date_trunc('day', stoa_now() at time zone 'UTC') + interval '1 day' - stoa_now() at time zone 'UTC') * 1000)::bigint::text as millis",
  );
  return Number(row?.millis);
}

async function day(after: number): Promise<string> {
  const [row] = await market.database.owner<{ day: string }>("select ((stoa_now() at time zone 'UTC')::date + $1::integer)::text as day", [
    after,
  ]);
  return row?.day ?? "";
}

describe("A price that is agreed with a company", () => {
  it("is what its orders cost; the order keeps the offer's own beside it and says from which list it is", async () => {
    const { id: offer } = await seller.offer({ price: 1_000 });
    const other = await market.company();
    const agreed = await agree(offer, 900);

    const { net, tax, total, snapshot } = await placedOrder(market, company, { lines: [{ offer, quantity: 3 }] });

    expect([net, tax, total]).toEqual([2_700, 513, 3_213]);
    expect(snapshot.lines[0]).toMatchObject({ unit_price: 900, list_price: 1_000, price_from: agreed, gross: 2_700, net: 2_700 });
    expect(await priceOf(offer, 3, other)).toEqual([1_000, 1_000, "offer"]);
  });

  it("is what a preview says before", async () => {
    const { id: offer } = await seller.offer({ price: 1_000 });
    await agree(offer, 900);

    const preview = await company.post("/v1/buyer/checkouts/preview", placingOf({ lines: [{ offer, quantity: 2 }] }));

    expect(preview).toMatchObject({ net: eur(1_800), orders: [{ lines: [{ unit_price: eur(900), list_price: eur(1_000) }] }] });
  });

  it("holds at its quantities, even where the offer's own is lower", async () => {
    const { id: offer } = await seller.offer({ price: 1_000 });
    const list = await agree(offer, 1_100, { tiers: [{ from_quantity: 10, unit_price: eur(950) }] });

    expect([await priceOf(offer, 9), await priceOf(offer, 10)]).toEqual([
      [1_100, 1_000, list],
      [950, 1_000, list],
    ]);
  });

  it("is the lower of two at the quantity, and of equal ones that of the list that was made first", async () => {
    const { id: offer } = await seller.offer({ price: 1_000 });
    const first = await agree(offer, 900);
    const second = await agree(offer, 900, { tiers: [{ from_quantity: 5, unit_price: eur(800) }] });

    expect([await priceOf(offer, 4), await priceOf(offer, 5)]).toEqual([
      [900, 1_000, first],
      [800, 1_000, second],
    ]);
  });

  it("ends when it is taken from the list, or the list from the company; what was placed keeps it", async () => {
    const [one, two] = await seller.offers([{ price: 1_000 }, { price: 1_000 }]);
    const [offer, another] = [one?.id ?? "", two?.id ?? ""];
    const [list, lost] = [await agree(offer, 900), await agree(another, 900)];
    const { order } = await placedOrder(market, company, { lines: [{ offer, quantity: 1 }] });

    await seller.post(`${lists}/${list}/prices/remove`, { offers: [{ offer }] });
    await seller.post(`${lists}/${lost}/companies/remove`, { companies: [company.id] });

    expect([await priceOf(offer, 1), await priceOf(another, 1)]).toEqual([
      [1_000, 1_000, "offer"],
      [1_000, 1_000, "offer"],
    ]);
    expect(await company.get(`/v1/buyer/orders/${order}`)).toMatchObject({ lines: [{ unit_price: eur(900) }] });
  });

  it("is not used for an offer that has another currency now", async () => {
    const made = await seller.offer({ price: 1_000 });
    await agree(made.id, 900);
    const crowns = { amount: 5_000, currency: "SEK" };
    const row = { reference: made.reference, sku: "UNIT-1", currency: "SEK", unit_price: crowns, tax_category: "standard" };
    await seller.post("/v1/seller/offers/bulk", { offers: [row] });

    const { snapshot } = await placedOrder(market, company, { currency: "SEK", lines: [{ offer: made.id, quantity: 1 }] });

    expect(snapshot.lines[0]).toMatchObject({ unit_price: 5_000, price_from: "offer" });
  });

  it("begins and ends at midnight UTC", async () => {
    const [one, two] = await seller.offers([{ price: 1_000 }, { price: 1_000 }]);
    const [beginning, ending] = [one?.id ?? "", two?.id ?? ""];
    const tomorrow = await day(1);
    const begins = await agree(beginning, 900, { valid_from: tomorrow });
    const ends = await agree(ending, 900, { valid_until: tomorrow });
    expect([await priceOf(beginning, 1), await priceOf(ending, 1)]).toEqual([
      [1_000, 1_000, "offer"],
      [900, 1_000, ends],
    ]);

    await market.moveClock((await millisToMidnight()) + 1_000);

    expect([await priceOf(beginning, 1), await priceOf(ending, 1)]).toEqual([
      [900, 1_000, begins],
      [1_000, 1_000, "offer"],
    ]);
  });

  it("leaves a market in which doctor finds nothing", async () => {
    expect((await market.doctor()).violations).toEqual([]);
  });
});
