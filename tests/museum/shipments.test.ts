import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf, send } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { isCommit } from "../support/wire.ts";
import { followWrites } from "../support/write-boundaries.ts";
import { type Shipping, shippingOf } from "../specs/shipment-stories.ts";
import { uuidOfWire } from "../specs/order-stories.ts";

let market: OwnMarket;
let seller: Seller;
let company: Company;
let shipping: Shipping;
beforeAll(async () => {
  market = await openMarket({ wire: true });
  [seller, company] = await Promise.all([market.seller(), market.company()]);
  shipping = shippingOf(market, seller, company);
});
afterAll(() => market?.close());

const limit = (offer: string, backorder_limit: number) =>
  seller.post("/v1/seller/stock/limits", { reason: "sold ahead", lines: [{ offer, location: seller.location, backorder_limit }] });
const movementsOf = async (order: string) =>
  market.database.owner<{ kind: string; on_hand_delta: number; reserved_delta: number }>(
    `select m.kind, m.on_hand_delta, m.reserved_delta from movements m join reservations r using (seller_id, reservation_id)
     where r.order_id = $1 order by m.movement_id`,
    [uuidOfWire(order)],
  );

describe("shipments", () => {
  // medusa#11703, medusa#12796
  test("packing, cancelling and packing again is neutral, however short the stock has become for others", async () => {
    const [offer] = await seller.offers([{ units: 3 }]);
    await limit(offer!.id, 2);
    const order = await shipping.ordered([offer!], [3]);
    // All that may be promised is promised: a forward check of what is available would find nothing.
    await shipping.ordered([offer!], [2]);
    const before = await market.stock(offer!);
    for (const count of [1, 2, 3]) {
      const parcel = await shipping.packed(order, [[1, 3]], { tracking: `T-${count}` });
      await shipping.done("seller", parcel.id, "cancel", { reason: "wrong box" });
    }
    expect(await market.stock(offer!)).toEqual(before);
    expect((await movementsOf(order)).map(({ kind }) => kind)).toEqual(["reserve"]);
    await shipping.shipped(order, [[1, 3]]);
    expect(await market.stock(offer!)).toEqual({ onHand: 0, reserved: 2 });
  });

  // medusa#13892, medusa#6500
  test("an order's own reservation does not stand in its way: what it holds is shipped though nothing is available any more", async () => {
    const [offer] = await seller.offers([{ units: 4 }]);
    const order = await shipping.ordered([offer!], [4]);
    const short = await company.place([{ offer: offer!, quantity: 1 }]);
    expect(jsonOf<{ lines: { available: number }[] }>(short).lines[0]?.available).toBe(0);
    await shipping.shipped(order, [[1, 1]]);
    await shipping.shipped(order, [[1, 3]]);
    expect(await market.stock(offer!)).toEqual({ onHand: 0, reserved: 0 });
  });

  // medusa#13892
  test("what was bought on backorder is shipped when the goods come, from end to end", async () => {
    const [offer] = await seller.offers([{ units: 0 }]);
    await limit(offer!.id, 5);
    const order = await shipping.ordered([offer!], [5]);
    expect(codeOf(await shipping.pack(order, [[1, 5]], { ship: true }))).toBe("goods-not-on-hand");
    await seller.post("/v1/seller/stock/receipts", { lines: [{ offer: offer!.id, location: seller.location, quantity: 5 }] });
    await shipping.shipped(order, [[1, 5]]);
    expect(await market.stock(offer!)).toEqual({ onHand: 0, reserved: 0 });
  });

  // medusa#16406
  test("another price reserves nothing anew, and a shipping that fails midway brings back no reservation that was used up", async () => {
    const [offer] = await seller.offers([{ units: 6, price: 1_000 }]);
    const order = await shipping.ordered([offer!], [4]);
    await shipping.shipped(order, [[1, 1]]);
    const parcel = await shipping.packed(order, [[1, 2]]);
    const row = { reference: offer!.reference, sku: "UNIT-1", currency: "EUR", tax_category: "standard" };
    await seller.post("/v1/seller/offers/bulk", { offers: [{ ...row, unit_price: { amount: 1_500, currency: "EUR" } }] });
    const before = await movementsOf(order);
    const unwatch = market.wire?.watch(
      followWrites(({ statement, moment }) => (moment === "before" && /insert into shipment_history/.test(statement.sql) ? "cut" : "pass")),
    );
    const request = seller.request("POST", `/v1/seller/shipments/${parcel.id}/ship`, {});
    const failed = await send(market.origins()[0] ?? "", request);
    unwatch?.();
    expect(failed.status).toBeGreaterThanOrEqual(500);
    expect(await movementsOf(order)).toEqual(before);
    expect(await market.stock(offer!)).toEqual({ onHand: 5, reserved: 3 });
    expect((await send(market.origins()[0] ?? "", request)).status).toBe(200);
    expect(await market.stock(offer!)).toEqual({ onHand: 3, reserved: 1 });
    expect((await shipping.order(order)).lines).toMatchObject([{ shipped: 3 }]);
  });

  // vendure#550, vendure#1571, vendure#1198, vendure#2874
  test("stock moves once for each parcel, whatever is said of it later, and the table itself refuses a second time", async () => {
    const { order, offers } = await shipping.accepted(3);
    const parcel = await shipping.shipped(order, [[1, 2]]);
    await shipping.done("seller", parcel.id, "lose", { reason: "not seen" });
    await shipping.done("seller", parcel.id, "find");
    await shipping.send("buyer", parcel.id, "deliver");
    await seller.post(`/v1/seller/orders/${order}/cancel`, { reason: "sold out" });
    expect(await movementsOf(order)).toEqual([
      { kind: "reserve", on_hand_delta: 0, reserved_delta: 3 },
      { kind: "finalize", on_hand_delta: -2, reserved_delta: -2 },
      { kind: "release", on_hand_delta: 0, reserved_delta: -1 },
    ]);
    expect(await market.stock(offers[0]!)).toEqual({ onHand: 1, reserved: 0 });
    await market.database.owner("alter table movements no force row level security");
    await expect(
      market.database.owner(
        `insert into movements (seller_id, movement_id, offer_id, location_id, kind, on_hand_delta, reserved_delta, cause_type, cause_id, reservation_id, at)
         select seller_id, gen_random_uuid(), offer_id, location_id, kind, on_hand_delta, reserved_delta, cause_type, cause_id, reservation_id, at
         from movements where cause_id = $1 and kind = 'finalize'`,
        [uuidOfWire(parcel.id)],
      ),
    ).rejects.toMatchObject({ constraint: "movements_once_per_cause" });
    await market.database.owner("alter table movements force row level security");
  });

  // vendure PR#2657, vendure#2569
  test("word of an arrival that comes late or twice changes nothing and is told why; under its key it gets its first answer", async () => {
    const { order } = await shipping.accepted(1);
    const parcel = await shipping.shipped(order, [[1, 1]]);
    const said = seller.request("POST", `/v1/seller/shipments/${parcel.id}/deliver`, {});
    const [first, again] = [await send(market.origins()[0] ?? "", said), await send(market.origins()[0] ?? "", said)];
    expect([first.status, again.status, again.headers["idempotent-replayed"]]).toEqual([200, 200, "true"]);
    expect(again.body).toEqual(first.body);
    await company.post(`/v1/buyer/orders/${order}/complete`, {});
    const late = await shipping.send("operator", parcel.id, "deliver");
    expect(jsonOf(late)).toMatchObject({ status: 409, code: "state-conflict", state: "delivered" });
    expect((await shipping.order(order)).state).toBe("completed");
  });

  // A COMMIT whose answer is lost is no second parcel.
  test("shipping of which the answer to COMMIT is lost has happened once", async () => {
    const { order, offers } = await shipping.accepted(2);
    const parcel = await shipping.packed(order, [[1, 1]]);
    let lost = false;
    const unwatch = market.wire?.watch(
      followWrites(({ statement, moment }) => {
        if (lost || moment !== "after" || !isCommit(statement)) return "pass";
        lost = true;
        return "cut";
      }),
    );
    const answer = await send(market.origins()[0] ?? "", seller.request("POST", `/v1/seller/shipments/${parcel.id}/ship`, {}));
    unwatch?.();
    expect([lost, answer.status]).toEqual([true, 200]);
    expect(await market.stock(offers[0]!)).toEqual({ onHand: 1, reserved: 1 });
  });
});

test("All of this leaves a market in which doctor finds nothing", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
