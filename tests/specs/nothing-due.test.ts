import { afterAll, beforeAll, expect, test } from "vitest";
import { type Company, type Checkout, openMarket, type OwnMarket, type Seller } from "../support/market.ts";

let market: OwnMarket;
let sells: Seller;
let gives: Seller;
let company: Company;
beforeAll(async () => {
  market = await openMarket();
  [sells, gives, company] = await Promise.all([market.seller(), market.seller(), market.company()]);
});
afterAll(async () => {
  await market?.close();
});

/** A checkout that waits for its money, of one order that costs something and one that costs nothing. */
async function placePaidBesideFree(): Promise<{ checkout: Checkout; paid: string; free: string }> {
  const [costly, costless] = await Promise.all([sells.offer({ price: 1_000 }), gives.offer({ price: 0 })]);
  const lines = [
    { offer: costly, quantity: 1 },
    { offer: costless, quantity: 2 },
  ];
  const checkout = await company.placed(lines, { method: "bank_transfer" });
  const orderOf = ({ id }: Seller) => checkout.orders.find(({ seller }) => seller.id === id)?.id ?? "";
  return { checkout, paid: orderOf(sells), free: orderOf(gives) };
}

const read = (id: string) => company.get<Checkout & { history: { to: string; by: string; cause: string }[] }>(`/v1/buyer/checkouts/${id}`);
const stateOf = ({ orders }: Checkout, id: string) => orders.find((order) => order.id === id)?.state;

test("cancelling the last order that costs something confirms what costs nothing, by whoever cancelled", async () => {
  const { checkout, paid, free } = await placePaidBesideFree();
  expect(checkout.state).toBe("pending_payment");
  await sells.post(`/v1/seller/orders/${paid}/cancel`, { reason: "sold out" });
  const now = await read(checkout.id);
  expect([now.state, stateOf(now, paid), stateOf(now, free)]).toEqual(["confirmed", "cancelled", "confirmed"]);
  expect(now.cancelled).toEqual(now.total);
  expect(now.history.at(-1)).toMatchObject({ to: "confirmed", by: "seller", cause: "nothing_due" });
});

test("it waits for nothing any more: no deadline ends it, and the free goods stay held until their order is cancelled", async () => {
  const { checkout, paid, free } = await placePaidBesideFree();
  await company.post(`/v1/buyer/orders/${paid}/cancel`, { reason: "not needed" });
  // Its seller accepts it: else the time to accept would end it.
  await gives.post(`/v1/seller/orders/${free}/accept`, {});
  await market.moveClock(8 * 86_400_000);
  // Doctor's O5: a deadline that still stands would be past by a day.
  expect((await market.doctor()).violations).toEqual([]);
  await gives.post(`/v1/seller/orders/${free}/cancel`, { reason: "none left" });
  const now = await read(checkout.id);
  expect([now.state, stateOf(now, free)]).toEqual(["confirmed", "cancelled"]);
});

test("cancelling what costs nothing leaves the rest waiting for its money", async () => {
  const { checkout, paid, free } = await placePaidBesideFree();
  await gives.post(`/v1/seller/orders/${free}/cancel`, { reason: "none left" });
  const now = await read(checkout.id);
  expect([now.state, stateOf(now, paid), stateOf(now, free)]).toEqual(["pending_payment", "reserved", "cancelled"]);
});

test("what the operator cancelled is entered as it is then: confirmed, when nothing is due for what is left", async () => {
  const [costly, costless] = await sells.offers([{ price: 1_000 }, { price: 0 }]);
  const lines = [costly, costless].map((offer) => ({ offer: offer!, quantity: 1 }));
  const { orders } = await company.placed(lines, { method: "bank_transfer" });
  const id = orders[0]?.id ?? "";
  await market.operator.post(`/v1/operator/orders/${id}/cancel`, { lines: [{ line_number: 1, quantity: 1 }], reason: "sold out" });

  type Entry = { subject: string; action: string; before: { state: string }; after: { state: string; cancelled: string } };
  const { items } = await market.operator.get<{ items: Entry[] }>("/v1/operator/audit?limit=50");
  const entry = items.find(({ subject, action }) => subject === id && action === "order.units_cancelled");
  expect(entry).toMatchObject({ before: { state: "reserved" }, after: { state: "confirmed", cancelled: "1190" } });
  expect((await company.get<{ state: string }>(`/v1/buyer/orders/${id}`)).state).toBe("confirmed");
});

test("after all that the market is sound", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
