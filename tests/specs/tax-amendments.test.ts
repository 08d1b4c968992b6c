import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OrderId, SellerId } from "../../src/kernel/ids.ts";
import { withReader } from "../../src/platform/db/index.ts";
import { readSupplyRates } from "../../src/views/supply-rates.ts";
import { jsonOf, openStartLine } from "../support/barrier.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { dayAfter, orderTold, uuidOfWire } from "./order-stories.ts";
import { type Shipping, shippingOf } from "./shipment-stories.ts";

let market: OwnMarket;
let seller: Seller;
let company: Company;
let shipping: Shipping;
beforeAll(async () => {
  market = await openMarket({ servers: 2 });
  [seller, company] = await Promise.all([market.seller(), market.company()]);
  shipping = shippingOf(market, seller, company);
});
afterAll(() => market?.close());

const rates = "/v1/operator/tax-rates";
type Terms = { readonly code?: string; readonly rate_ppm: number; readonly exemption_code?: string; readonly exemption_text?: string };

/** The day it is where this is the time zone. */
async function dayIn(zone: string): Promise<string> {
  const [row] = await market.database.owner<{ day: string }>("select (stoa_now() at time zone $1)::date::text as day", [zone]);
  return row?.day ?? "";
}
const today = () => dayIn("UTC");

/** A category of its own, whose rate can end without the others': 19 %. */
let categories = 0;
async function taxed(terms: Terms = { rate_ppm: 190_000 }) {
  categories += 1;
  const category = `category-${categories}`;
  const enter = (now: Terms, valid_from: string) =>
    market.operator.post<{ id: string }>(rates, { country: "DE", category, code: "S", ...now, valid_from });
  const { id } = await enter(terms, "2020-01-01");
  const end = async () => market.operator.post(`${rates}/${id}/end`, { valid_until: await today() });
  return {
    category,
    enter,
    end,
    /** From today on another rate holds. */
    becomes: async (now: Terms) => {
      await end();
      await enter(now, await today());
    },
  };
}

/** An accepted order of lines of these units and prices, all of one category. */
async function ordered(category: string, lines: readonly (readonly [units: number, price: number])[], own = shipping): Promise<string> {
  // What the market's helper knows of is the rates that every market begins with.
  const taxCategory = category as "standard";
  const offers = await own.seller.offers(lines.map(([units, price]) => ({ units, price, taxCategory })));
  return own.ordered(
    offers,
    lines.map(([units]) => units),
  );
}

type Amendment = {
  readonly number: number;
  readonly shipment: string;
  readonly net: { readonly amount: number };
  readonly from: { readonly tax: { readonly amount: number } };
  readonly to: { readonly tax: { readonly amount: number } };
};
type Read = {
  readonly state: string;
  readonly version: number;
  readonly checkout: string;
  readonly total: { readonly amount: number };
  readonly cancelled: { readonly amount: number };
  readonly amended: { readonly amount: number };
  readonly tax_amendments: readonly Amendment[];
};
const read = (order: string) => seller.get<Read>(`/v1/seller/orders/${order}`);
const eur = (amount: number) => ({ amount, currency: "EUR" });
const groupsOf = (order: string) =>
  market.database.owner<Record<string, string | number>>(
    `select amendment, tax_rate_ppm as rate, net::integer, tax::integer, shipped_net::integer as shipped, cancelled_net::integer as cancelled,
       amended_net::integer as amended
     from order_tax_groups where order_id = $1 order by tax_category, amendment`,
    [uuidOfWire(order)],
  );
/** What was told of the first amendment of an order. */
const amendmentTold = async (order: string) => {
  const [first] = await market.database.owner<{ data: unknown }>(
    `select data::json as data from events where subject_id = $1 and type = 'order.tax_amended' order by subject_version limit 1`,
    [uuidOfWire(order)],
  );
  return first?.data;
};
const clean = async () => expect((await market.doctor()).violations).toEqual([]);

describe("What is supplied after the rate of its order has ended", () => {
  test("bears the tax of its day: the rest of the group is amended, what was shipped before is not", async () => {
    const tax = await taxed();
    const order = await ordered(tax.category, [[4, 1_000]]);
    const used = await market.creditUsed(company);
    await shipping.shipped(order, [[1, 1]]);
    expect(await read(order)).toMatchObject({ total: eur(4_760), amended: eur(0), tax_amendments: [] });
    await tax.becomes({ rate_ppm: 160_000 });
    const second = await shipping.shipped(order, [[1, 2]]);

    const amendment = {
      ...{ number: 1, shipment: second.id, category: tax.category, net: eur(3_000), supplied_on: await today(), cause: "rate_ended" },
      from: { code: "S", rate_ppm: 190_000, tax: eur(570) },
      to: { code: "S", rate_ppm: 160_000, tax: eur(480), exemption_code: null, exemption_text: null },
    };
    expect(second).toMatchObject({ state: "shipped", tax_amendments: [amendment] });
    for (const [caller, audience] of [
      [seller, "seller"],
      [company, "buyer"],
      [market.operator, "operator"],
    ] as const) {
      expect(await caller.get(`/v1/${audience}/orders/${order}`)).toMatchObject({
        ...{ total: eur(4_760), amended: eur(-90), cancelled: eur(0), tax_amendments: [amendment] },
        tax_groups: [{ rate_ppm: 190_000, net: eur(4_000), tax: eur(760) }],
        timeline: expect.arrayContaining([
          expect.objectContaining({ subject: order, event: "amend_tax", cause: "rate_ended", amount: eur(-90), from: null, to: null }),
        ]),
      });
      const { items } = await caller.get<{ items: { id: string; amended: unknown }[] }>(`/v1/${audience}/orders?limit=200`);
      expect(items.find(({ id }) => id === order)?.amended).toEqual(eur(-90));
    }
    const { checkout } = await read(order);
    expect(await company.get(`/v1/buyer/checkouts/${checkout}`)).toMatchObject({ total: eur(4_760), amended: eur(-90) });
    expect(await market.creditUsed(company)).toBe(used - 90);
    expect(await groupsOf(order)).toEqual([
      { amendment: 0, rate: 190_000, net: 4_000, tax: 760, shipped: 1_000, cancelled: 0, amended: 3_000 },
      { amendment: 1, rate: 160_000, net: 3_000, tax: 480, shipped: 2_000, cancelled: 0, amended: 0 },
    ]);
    expect(await orderTold(company, "buyer", order, 7)).toEqual([
      ...["order.confirmed", "order.accepted", "order.units_packed", "order.partially_shipped"],
      ...["order.units_packed", "order.tax_amended", "order.units_shipped"],
    ]);
    expect(await orderTold(company, "buyer", checkout, 2)).toEqual(["checkout.confirmed", "checkout.tax_amended"]);
    const { cause, shipment, supplied_on, ...change } = amendment;
    expect(await amendmentTold(order)).toMatchObject({ cause, shipment, supplied_on, tax_amendments: [change] });
    await shipping.shipped(order, [[1, 1]]);
    expect((await read(order)).tax_amendments).toHaveLength(1);
    await clean();
  });

  test("costs more where the rate went up, also of freight and of what is cancelled later", async () => {
    const tax = await taxed({ rate_ppm: 70_000 });
    const freighted = await market.seller();
    const plan = { name: "Parcel", kind: "flat", currency: "EUR", amount: eur(500), tax_category: tax.category };
    await freighted.post("/v1/seller/freight-plans", plan);
    const own = shippingOf(market, freighted, company);
    const order = await ordered(
      tax.category,
      [
        [3, 1_000],
        [1, 2_000],
      ],
      own,
    );
    const used = await market.creditUsed(company);
    await tax.becomes({ rate_ppm: 190_000 });
    const parcel = await own.packed(order, [[1, 1]]);
    await own.done("seller", parcel.id, "ship");

    const amended = (await own.order(order)) as unknown as Read;
    expect(amended).toMatchObject({
      total: eur(5_885),
      amended: eur(660),
      tax_amendments: [{ net: eur(5_500), from: { tax: eur(385) }, to: { tax: eur(1_045) } }],
    });
    expect(await market.creditUsed(company)).toBe(used + 660);
    await freighted.post(`/v1/seller/orders/${order}/cancel`, { reason: "none left" });
    // 1,000 and 500 freight are shipped at 19 %; 4,000 at 19 % are given up.
    expect(await own.order(order)).toMatchObject({ state: "shipped", cancelled: eur(4_760), total: eur(5_885) });
    expect(await market.creditUsed(company)).toBe(used + 660 - 4_760);
    await clean();
  });

  test("bears none where the law has made it zero rated or exempt, and says why", async () => {
    const zero = await taxed();
    const first = await ordered(zero.category, [[1, 1_000]]);
    await zero.becomes({ code: "Z", rate_ppm: 0 });
    await shipping.shipped(first, [[1, 1]]);
    expect(await read(first)).toMatchObject({ amended: eur(-190), tax_amendments: [{ to: { code: "Z", rate_ppm: 0, tax: eur(0) } }] });

    const exempt = await taxed();
    const second = await ordered(exempt.category, [[1, 1_000]]);
    const why = { exemption_code: "VATEX-EU-132-1I", exemption_text: "Exempt: education" };
    await exempt.becomes({ code: "E", rate_ppm: 0, ...why });
    await shipping.shipped(second, [[1, 1]]);
    expect(await read(second)).toMatchObject({ amended: eur(-190), tax_amendments: [{ to: { code: "E", ...why } }] });
    await clean();
  });

  test("is amended as often as its rate changes, and the amendments number through", async () => {
    const tax = await taxed();
    const order = await ordered(tax.category, [[3, 1_000]]);
    await tax.becomes({ rate_ppm: 160_000 });
    await shipping.shipped(order, [[1, 1]]);
    await tax.enter({ rate_ppm: 190_000 }, dayAfter(await today(), 1));
    await market.moveClock(86_400_000);
    await shipping.shipped(order, [[1, 1]]);
    expect(await read(order)).toMatchObject({
      amended: eur(-30),
      tax_amendments: [
        { number: 1, net: eur(3_000) },
        { number: 2, net: eur(2_000) },
      ],
    });
    expect(await groupsOf(order)).toMatchObject([
      { amendment: 0, rate: 190_000, amended: 3_000 },
      { amendment: 1, rate: 160_000, shipped: 1_000, amended: 2_000 },
      { amendment: 2, rate: 190_000, shipped: 1_000, amended: 0 },
    ]);
    await shipping.shipped(order, [[1, 1]]);
    expect(await read(order)).toMatchObject({ state: "shipped", amended: eur(-30) });
    await clean();
  });

  test("of the categories in the parcel alone: the others when they are supplied", async () => {
    const [one, other] = [await taxed(), await taxed()];
    const offers = await seller.offers([one, other].map(({ category }) => ({ units: 1, taxCategory: category as "standard" })));
    const order = await shipping.ordered(offers, [1, 1]);
    await one.becomes({ rate_ppm: 160_000 });
    await other.becomes({ rate_ppm: 160_000 });
    await shipping.shipped(order, [[2, 1]]);
    expect(await read(order)).toMatchObject({ amended: eur(-30), tax_amendments: [{ number: 1, category: other.category }] });
    await shipping.shipped(order, [[1, 1]]);
    expect(await read(order)).toMatchObject({ amended: eur(-60), tax_amendments: [{ number: 1 }, { number: 2, category: one.category }] });
    await clean();
  });

  test("is refused while the day has no rate and nothing changes; when the operator has entered it the same key goes on", async () => {
    const tax = await taxed();
    const order = await ordered(tax.category, [[2, 1_000]]);
    const parcel = await shipping.packed(order, [[1, 1]]);
    await tax.end();
    const before = { order: await shipping.order(order), used: await market.creditUsed(company), groups: await groupsOf(order) };
    const key = { key: `ship-${parcel.id}` };
    const ship = () => seller.send("POST", `/v1/seller/shipments/${parcel.id}/ship`, {}, key);
    const refused = await ship();
    expect({ status: refused.status, body: jsonOf(refused) }).toMatchObject({
      status: 409,
      body: {
        code: "tax-rate-missing",
        dispatch_country: "DE",
        supplied_on: await today(),
        tax_categories: [tax.category],
        retry: "same_key",
      },
    });
    expect(jsonOf(await shipping.pack(order, [[1, 1]], { ship: true }))).toMatchObject({ code: "tax-rate-missing" });
    expect({ order: await shipping.order(order), used: await market.creditUsed(company), groups: await groupsOf(order) }).toEqual(before);

    await tax.enter({ rate_ppm: 160_000 }, await today());
    const shipped = await ship();
    expect([shipped.status, jsonOf(shipped)]).toMatchObject([200, { state: "shipped", tax_amendments: [{ number: 1 }] }]);
    expect((await ship()).body).toEqual(shipped.body);
    expect((await read(order)).tax_amendments).toHaveLength(1);
    await clean();
  });

  test("is refused where the rate became one that rests on more than a rate", async () => {
    const tax = await taxed();
    const order = await ordered(tax.category, [[1, 1_000]]);
    await tax.becomes({ code: "AE", rate_ppm: 0, exemption_text: "Reverse charge" });
    expect(jsonOf(await shipping.pack(order, [[1, 1]], { ship: true }))).toMatchObject({ code: "tax-rate-missing" });
  });

  test("is amended above the credit limit too, and nothing else passes there", async () => {
    const tax = await taxed();
    const poor = await market.company({ credit: 2_380 });
    const own = shippingOf(market, seller, poor);
    const order = await ordered(tax.category, [[2, 1_000]], own);
    const [offer] = await seller.offers([{ price: 1, units: 1 }]);
    await tax.becomes({ rate_ppm: 250_000 });
    await own.shipped(order, [[1, 1]]);
    expect(await market.creditUsed(poor)).toBe(2_500);
    expect(jsonOf(await poor.place([{ offer: offer!, quantity: 1 }]))).toMatchObject({ code: "credit-exceeded" });
    await clean();
  });

  test("leaves a bank transfer that was paid as it is: the difference is owed later", async () => {
    const tax = await taxed();
    const [offer] = await seller.offers([{ units: 2, price: 1_000, taxCategory: tax.category as "standard" }]);
    const placed = await company.placed([{ offer: offer!, quantity: 2 }], { method: "bank_transfer" });
    const receipt = { bank_reference: `B-${placed.id}`, amount: eur(2_380) };
    await market.operator.post(`/v1/operator/checkouts/${placed.id}/receipts`, receipt);
    const order = placed.orders[0]?.id ?? "";
    await seller.post(`/v1/seller/orders/${order}/accept`, {});
    await tax.becomes({ rate_ppm: 200_000 });
    await shipping.shipped(order, [[1, 2]]);
    expect(await read(order)).toMatchObject({ state: "shipped", total: eur(2_380), amended: eur(20) });
    expect(await company.get(`/v1/buyer/checkouts/${placed.id}`)).toMatchObject({ state: "confirmed", amended: eur(20) });
    await clean();
  });

  /** A confirmed prepaid checkout of an order at 100.00 in this category and, where asked, one of another seller at the standard rate. */
  async function prepaid(category: string, others: readonly Seller[] = []) {
    const buyer = await market.company();
    const offers = await Promise.all([
      seller.offer({ units: 1, price: 10_000, taxCategory: category as "standard" }),
      ...others.map((other) => other.offer({ units: 1, price: 10_000 })),
    ]);
    const placed = await buyer.placed(
      offers.map((offer) => ({ offer, quantity: 1 })),
      { method: "bank_transfer" },
    );
    const receipt = { bank_reference: `B-${placed.id}`, amount: placed.total };
    await market.operator.post(`/v1/operator/checkouts/${placed.id}/receipts`, receipt);
    const shipped = async (by: Seller) => {
      const order = placed.orders.find((each) => each.seller.id === by.id)?.id ?? "";
      await by.post(`/v1/seller/orders/${order}/accept`, {});
      const { id } = await shippingOf(market, by, buyer).shipped(order, [[by === seller ? 1 : 2, 1]]);
      const { items } = await by.get<{ items: { shipment: string; state: string; open: unknown }[] }>("/v1/seller/invoices?limit=200");
      return items.find(({ shipment }) => shipment === id);
    };
    const funds = async () =>
      (await market.operator.get<{ items: { left: { amount: number } }[] }>(`/v1/operator/companies/${buyer.id}/funds`)).items.filter(
        ({ left }) => left.amount > 0,
      );
    return { buyer, placed, shipped, funds };
  }

  test("is not paid with what is bound for the other orders of a checkout that was paid beforehand", async () => {
    const [tax, other] = await Promise.all([taxed(), market.seller()]);
    const { placed, shipped, funds } = await prepaid(tax.category, [other]);
    await tax.becomes({ rate_ppm: 250_000 });
    expect(await shipped(seller)).toMatchObject({ state: "partially_settled", open: eur(600) });
    expect(await funds()).toMatchObject([{ checkout: placed.id, left: eur(11_900) }]);
    await clean();
    expect(await shipped(other)).toMatchObject({ state: "settled", open: eur(0) });
    expect(await funds()).toEqual([]);
    await clean();
  });

  test("frees what was paid beforehand for tax that was taken off, and no more than that", async () => {
    const [tax, other] = await Promise.all([taxed(), market.seller()]);
    const alone = await prepaid(tax.category);
    const both = await prepaid(tax.category, [other]);
    await tax.becomes({ rate_ppm: 160_000 });
    expect(await alone.shipped(seller)).toMatchObject({ state: "settled" });
    expect(await alone.funds()).toMatchObject([{ checkout: null, left: eur(300) }]);
    expect(await both.shipped(seller)).toMatchObject({ state: "settled" });
    expect((await both.funds()).length).toBe(2);
    expect(await both.funds()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ checkout: null, left: eur(300) }),
        expect.objectContaining({ checkout: both.placed.id, left: eur(11_900) }),
      ]),
    );
    await clean();
    expect(await both.shipped(other)).toMatchObject({ state: "settled" });
    expect(await both.funds()).toMatchObject([{ checkout: null, left: eur(300) }]);
    await market.operator.post(`/v1/operator/companies/${alone.buyer.id}/funds/send-back`, {
      ...{ bank_reference: `BACK-${alone.placed.id}`, amount: eur(300), reason: "tax that was taken off" },
    });
    await clean();
  });

  test("is refused where the checkout would be worth more than can be told", async () => {
    const tax = await taxed();
    const [offer] = await seller.offers([{ units: 1, price: 7_500_000_000_000_000, taxCategory: tax.category as "standard" }]);
    const placed = await company.placed([{ offer: offer!, quantity: 1 }], { method: "bank_transfer" });
    const receipt = { bank_reference: `B-${placed.id}`, amount: placed.total };
    await market.operator.post(`/v1/operator/checkouts/${placed.id}/receipts`, receipt);
    const order = placed.orders[0]?.id ?? "";
    await seller.post(`/v1/seller/orders/${order}/accept`, {});
    await tax.becomes({ rate_ppm: 250_000 });
    expect(jsonOf(await shipping.pack(order, [[1, 1]], { ship: true }))).toMatchObject({ code: "amount-too-large" });
  });

  test("is refused where the credit used would be more than can be told, and the account stays as it was", async () => {
    const tax = await taxed();
    const rich = await market.company({ credit: Number.MAX_SAFE_INTEGER });
    const own = shippingOf(market, seller, rich);
    await ordered("standard", [[1, 7_500_000_000_000_000]], own);
    const order = await ordered(tax.category, [[1, 69_000_000_000_000]], own);
    const used = await market.creditUsed(rich);
    await tax.becomes({ rate_ppm: 250_000 });

    expect(jsonOf(await own.pack(order, [[1, 1]], { ship: true }))).toMatchObject({ code: "amount-too-large" });

    expect(await market.creditUsed(rich)).toBe(used);
    expect(await read(order)).toMatchObject({ state: "accepted", amended: eur(0) });
  });

  test("is looked for in the seller's own orders alone: what another one names locks nobody's checkout", async () => {
    const order = await ordered("standard", [[1, 1_000]]);
    const orderId = uuidOfWire(order) as OrderId;
    const [own, other] = [seller, await market.seller()].map(({ id }) => uuidOfWire(id) as SellerId);
    const found = (sellerId: SellerId) =>
      withReader(market.database.database, { role: "stoa_read" }, async (reader) => {
        const rates = await readSupplyRates(reader, [{ sellerId, orderId }]);
        return [...rates].map(([id, { dispatchCountry }]) => [id, dispatchCountry]);
      });

    expect(await found(own!)).toEqual([[orderId, "DE"]]);
    expect(await found(other!)).toEqual([]);
  });

  test("is of the day it is for the seller, whatever day it is elsewhere", async () => {
    // Between the two there are 25 hours: at no moment is it the same day for both.
    const [late, early] = ["Pacific/Kiritimati", "Pacific/Niue"];
    const tax = await taxed();
    const first = await dayIn(late);
    await tax.enter({ rate_ppm: 160_000 }, first);
    // Placed at the rate of the day in UTC.
    const placedAt = first <= (await today()) ? 160_000 : 190_000;
    for (const [zone, supplied] of [
      [late, 160_000],
      [early, 190_000],
    ] as const) {
      const own = shippingOf(market, await market.seller(), company);
      const change = "update sellers set time_zone = $1, version = version + 1 where seller_id = $2";
      await market.database.owner(change, [zone, uuidOfWire(own.seller.id)]);
      const order = await ordered(tax.category, [[1, 1_000]], own);
      const parcel = await own.shipped(order, [[1, 1]]);
      const amended = { from: { rate_ppm: placedAt }, to: { rate_ppm: supplied }, supplied_on: await dayIn(zone) };
      expect(parcel).toMatchObject({ tax_amendments: placedAt === supplied ? [] : [amended] });
    }
  });

  test("draws nothing in place of a lost parcel: that amends nothing", async () => {
    const tax = await taxed();
    const order = await ordered(tax.category, [[2, 1_000]]);
    const lost = await shipping.shipped(order, [[1, 1]]);
    const [line] = (await seller.get<{ lines: { offer: string }[] }>(`/v1/seller/orders/${order}`)).lines;
    await seller.post("/v1/seller/stock/receipts", { lines: [{ offer: line?.offer, location: seller.location, quantity: 5 }] });
    await shipping.done("seller", lost.id, "lose", { reason: "not seen" });
    await tax.end();
    const anew = await shipping.done("seller", lost.id, "resolve", { how: "replace" });
    expect(await shipping.done("seller", anew.id, "ship")).toMatchObject({ state: "shipped", tax_amendments: [] });
    expect(await read(order)).toMatchObject({ amended: eur(0), tax_amendments: [] });
  });
});

describe("Two parcels of an order that leave at once", () => {
  test("amend it once, whichever is first", async () => {
    const line = await openStartLine({ origins: market.origins(), size: 2 });
    try {
      for (let round = 0; round < 10; round += 1) {
        const tax = await taxed();
        const order = await ordered(tax.category, [[2, 1_000]]);
        const parcels = [await shipping.packed(order, [[1, 1]]), await shipping.packed(order, [[1, 1]])];
        const used = await market.creditUsed(company);
        await tax.becomes({ rate_ppm: 160_000 });
        const answers = await line.release(parcels.map(({ id }) => seller.request("POST", `/v1/seller/shipments/${id}/ship`, {})));
        expect(answers.map(({ status }) => status)).toEqual([200, 200]);
        expect(await read(order)).toMatchObject({ state: "shipped", amended: eur(-60), tax_amendments: [{ number: 1, net: eur(2_000) }] });
        expect((await read(order)).tax_amendments).toHaveLength(1);
        expect(await market.creditUsed(company)).toBe(used - 60);
      }
    } finally {
      line.close();
    }
    await clean();
  });
});
