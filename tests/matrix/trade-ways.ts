import { randomUUID } from "node:crypto";
import { example } from "../../src/http/examples.ts";
import { fromWireId, prefixes } from "../../src/kernel/ids.ts";
import type { ExampleMarket } from "../http/example-market.ts";
import { bankOf, eur } from "../specs/bank-stories.ts";
import { shippingOf } from "../specs/shipment-stories.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import type { Company, Offer, OwnMarket, Seller } from "../support/market.ts";

type Way = (objects: ExampleMarket) => Promise<HttpAnswer>;

const uuidOf = (shipment: string): string => fromWireId(prefixes.shipment, shipment) ?? "";

/** A way to each refusal of who may trade, and of sending goods. */
export function tradeWays(market: () => OwnMarket) {
  const place = (company: Company, offer: Offer, quantity = 1) =>
    company.send("POST", "/v1/buyer/checkouts", {
      ...{ client_reference: randomUUID(), currency: "EUR", payment_method: "on_account" },
      lines: [{ offer: offer.id, quantity }],
    });
  const suspension = { reach: "new", reason: "to be looked at" };
  const meeting = async (): Promise<{ seller: Seller; company: Company }> => ({
    seller: await market().seller(),
    company: await market().company(),
  });
  const shipping = async () => {
    const { seller, company } = await meeting();
    return shippingOf(market(), seller, company);
  };
  /** Units on hand, and a limit up to which more may be promised. */
  const scarce = async (seller: Seller, units: number): Promise<Offer> => {
    const offer = await seller.offer({ units });
    const level = { offer: offer.id, location: offer.location, backorder_limit: 10 };
    await seller.post("/v1/seller/stock/limits", { reason: "more is on its way", lines: [level] });
    return offer;
  };
  return {
    "company-inactive": async () => {
      const { seller, company } = await meeting();
      const offer = await seller.offer();
      await market().operator.post(`/v1/operator/companies/${company.id}/suspend`, suspension);
      return place(company, offer);
    },
    "seller-inactive": async () => {
      const { seller, company } = await meeting();
      const offer = await seller.offer();
      await market().operator.post(`/v1/operator/sellers/${seller.id}/suspend`, suspension);
      return place(company, offer);
    },
    "offer-inactive": (objects) =>
      objects.callers.buyer.send("POST", "/v1/buyer/checkouts", {
        ...{ client_reference: randomUUID(), currency: "EUR", payment_method: "on_account" },
        lines: [{ offer: objects.real(example.pausedOffer), quantity: 1 }],
      }),
    "payables-open": async () => {
      const [seller, bank] = [await market().seller(), bankOf(market(), "REPAID-1")];
      const { lines } = await bank.told({ amount: 100, text: "repaid" });
      await bank.assign(lines[0]?.id ?? "", [{ seller: seller.id, amount: eur(100) }]);
      return market().operator.send("POST", `/v1/operator/sellers/${seller.id}/close`, { reason: "gave up business" });
    },
    "goods-not-on-hand": async () => {
      const own = await shipping();
      const order = await own.ordered([await scarce(own.seller, 1)], [3]);
      return own.pack(order, [[1, 3]], { ship: true });
    },
    "promised-to-older": async () => {
      const own = await shipping();
      const offer = await scarce(own.seller, 1);
      await own.ordered([offer], [1]);
      return own.pack(await own.ordered([offer], [1]), [[1, 1]], { ship: true });
    },
    "tax-rate-missing": async () => {
      const own = await shipping();
      const rates = "/v1/operator/tax-rates";
      const category = randomUUID().slice(0, 32);
      const rate = { country: "DE", category, code: "S", rate_ppm: 190_000, valid_from: "2020-01-01" };
      const { id } = await market().operator.post<{ id: string }>(rates, rate);
      // What the market's helper knows of is the rates that every market begins with.
      const offer = await own.seller.offer({ taxCategory: category as "standard" });
      const order = await own.ordered([offer], [1]);
      const [row] = await market().database.owner<{ day: string }>("select (stoa_now() at time zone 'UTC')::date::text as day");
      await market().operator.post(`${rates}/${id}/end`, { valid_until: row?.day });
      return own.pack(order, [[1, 1]], { ship: true });
    },
    "units-not-in-shipment": async () => {
      const own = await shipping();
      const { order } = await own.accepted(2);
      const { id } = await own.shipped(order, [[1, 2]]);
      await own.done("buyer", id, "refuse", { reason: "not ordered" });
      return own.send("seller", id, "take-back", { lines: [{ line_number: 1, restock: 3, scrap: 0 }] });
    },
    "delivered-at-out-of-bounds": async () => {
      const own = await shipping();
      const { order } = await own.accepted(1);
      const { id } = await own.shipped(order, [[1, 1]]);
      return own.send("seller", id, "deliver", { delivered_at: "2099-01-01T00:00:00Z" });
    },
    "too-many-shipments": async () => {
      const own = await shipping();
      const { order } = await own.accepted(2);
      const { id } = await own.packed(order, [[1, 1]]);
      const { owner } = market().database;
      const planted = `insert into shipments (seller_id, shipment_id, order_id, company_id, number, location_id, state, version, packed_at, idempotency_id)
        select seller_id, gen_random_uuid(), order_id, company_id, 1 + n, location_id, 'packed', 1, packed_at, gen_random_uuid()
        from shipments cross join generate_series(1, 10000) n
        where shipment_id = $1`;
      await owner("alter table shipments no force row level security");
      await owner(planted, [uuidOf(id)]);
      const answer = await own.pack(order, [[1, 1]]);
      await owner("delete from shipments where shipment_id <> $1 and order_id = (select order_id from shipments where shipment_id = $1)", [
        uuidOf(id),
      ]);
      await owner("alter table shipments force row level security");
      return answer;
    },
  } satisfies Record<string, Way>;
}
