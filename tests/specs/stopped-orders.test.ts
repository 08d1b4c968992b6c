import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "../support/caller.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { type OrderRead, orderOf, type RequestRead, uuidOfWire } from "./order-stories.ts";
import { type ShipmentRead, shippingOf } from "./shipment-stories.ts";

let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market?.close());

const day = 86_400_000;
const commandNames = ["accept", "pack", "ship", "grant"];
const terms = { reason: "to be looked at", look_again_on: "2999-01-01" };

/** Orders of one seller and one company, one in each place where a stop is felt. */
async function openOrders(seller: Seller, company: Company) {
  const shipping = shippingOf(market, seller, company);
  const offer = await seller.offer({ units: 100 });
  const placed = async (quantity: number) => orderOf(await company.placed([{ offer, quantity }]));
  const [confirmed, asked, accepted] = [await placed(1), await placed(2), await placed(3)];
  const less = { lines: [{ line_number: 1, quantity: 1 }], reason: "one is damaged" };
  const { open_requests } = await seller.post<OrderRead>(`/v1/seller/orders/${asked}/accept`, less);
  await seller.post(`/v1/seller/orders/${accepted}/accept`, {});
  const { id: parcel } = await shipping.packed(accepted, [[1, 1]]);
  return { shipping, confirmed, asked, accepted, parcel, request: open_requests[0]?.id ?? "" };
}

type Orders = Awaited<ReturnType<typeof openOrders>>;
type Page<Item> = { readonly items: readonly (Item & { readonly id: string })[] };

/** What each party is shown that it may do, read one by one and in lists. */
async function shownTo(seller: Seller, company: Company, { confirmed, asked, accepted, parcel, request }: Orders) {
  const ids = [confirmed, asked, accepted];
  const [orders, parcels, requests] = await Promise.all([
    Promise.all(ids.map((id) => seller.get<OrderRead>(`/v1/seller/orders/${id}`))),
    seller.get<ShipmentRead>(`/v1/seller/shipments/${parcel}`),
    company.get<RequestRead>(`/v1/buyer/order-requests/${request}`),
  ]);
  const lists = {
    orders: (await seller.get<Page<OrderRead>>("/v1/seller/orders?limit=200")).items,
    shipments: (await seller.get<Page<ShipmentRead>>("/v1/seller/shipments?limit=200")).items,
    requests: (await company.get<Page<RequestRead>>("/v1/buyer/order-requests?limit=200")).items,
  };
  const actionsOf = <Item extends { id: string; allowed_actions: readonly string[] }>(items: readonly Item[], id: string) =>
    items.find((item) => item.id === id)?.allowed_actions;
  expect(ids.map((id) => actionsOf(lists.orders, id))).toEqual(orders.map(({ allowed_actions }) => allowed_actions));
  expect(actionsOf(lists.shipments, parcel)).toEqual(parcels.allowed_actions);
  expect(actionsOf(lists.requests, request)).toEqual(requests.allowed_actions);
  return {
    orders: orders.map(({ allowed_actions }) => allowed_actions),
    parcel: parcels.allowed_actions,
    request: requests.allowed_actions,
  };
}

const stops: Readonly<Record<string, (seller: Seller, company: Company, orders: Orders) => Promise<() => Promise<unknown>>>> = {
  "a hold of the orders": async (_seller, _company, { confirmed, asked, accepted }) =>
    heldBy([confirmed, asked, accepted].map((order) => ({ order }))),
  "a hold of the seller": async ({ id }) => heldBy([{ seller: id }]),
  "a hold of the company": async (_seller, { id }) => heldBy([{ company: id }]),
  "a suspension of the seller": async ({ id }) => suspended(`/v1/operator/sellers/${id}`),
  "a suspension of the company": async (_seller, { id }) => suspended(`/v1/operator/companies/${id}`),
};

async function heldBy(subjects: readonly Record<string, string>[]) {
  const holds = await Promise.all(
    subjects.map((subject) => market.operator.post<{ id: string }>("/v1/operator/holds", { ...subject, ...terms })),
  );
  return () => Promise.all(holds.map(({ id }) => market.operator.post(`/v1/operator/holds/${id}/release`, { reason: "It is right" })));
}

async function suspended(path: string) {
  await market.operator.post(`${path}/suspend`, { reach: "hold", reason: "to be looked at" });
  return () => market.operator.post(`${path}/reactivate`, { reason: "It is right" });
}

describe("What a party is shown that it may do", () => {
  test.each(Object.keys(stops))("is what a command would be answered, while %s stands and behind it", async (name) => {
    const [seller, company] = await Promise.all([market.seller(), market.company()]);
    const orders = await openOrders(seller, company);
    const { shipping, confirmed, accepted, parcel, request } = orders;
    const commands = () => [
      seller.send("POST", `/v1/seller/orders/${confirmed}/accept`, {}),
      shipping.pack(accepted, [[1, 1]]),
      shipping.send("seller", parcel, "ship"),
      company.send("POST", `/v1/buyer/order-requests/${request}/grant`, {}),
    ];
    const free = {
      orders: [
        ["accept", "reject", "cancel"],
        ["accept", "reject", "cancel"],
        ["pack", "cancel"],
      ],
      parcel: ["ship", "cancel"],
      request: ["grant", "decline"],
    };
    expect(await shownTo(seller, company, orders)).toEqual(free);

    const release = await stops[name]!(seller, company, orders);

    expect(await shownTo(seller, company, orders)).toEqual({
      orders: [["reject", "cancel"], ["reject", "cancel"], ["cancel"]],
      parcel: ["cancel"],
      request: ["decline"],
    });
    expect((await Promise.all(commands())).map((answer) => [answer.status, codeOf(answer)])).toEqual(
      commandNames.map(() => [409, "on-hold"]),
    );
    await release();
    expect(await shownTo(seller, company, orders)).toEqual(free);
    const behind = [];
    for (const command of commands()) behind.push((await command).status);
    expect(behind).toEqual([200, 201, 200, 200]);
  });
});

test("from when on a company may cancel freely is not told while that stands still, and behind the hold it is the later moment", async () => {
  const [seller, company] = await Promise.all([market.seller(), market.company()]);
  const { order } = await shippingOf(market, seller, company).accepted(2);
  const read = () =>
    Promise.all([
      company.get<OrderRead>(`/v1/buyer/orders/${order}`),
      seller.get<OrderRead>(`/v1/seller/orders/${order}`),
      market.operator.get<OrderRead>(`/v1/operator/orders/${order}`),
    ]);
  const [before] = await read();
  const release = await heldBy([{ order }]);
  expect((await read()).map(({ cancellable_from }) => cancellable_from)).toEqual([null, null, null]);
  await market.moveClock(30 * day);
  expect((await read())[0]?.allowed_actions).toEqual(["request_cancellation"]);

  await release();

  const due = await market.database.owner<{ due_at: Date }>("select due_at from deadlines where kind = 'order_late' and subject_id = $1", [
    uuidOfWire(order),
  ]);
  const behind = await read();
  expect(behind.map(({ cancellable_from }) => cancellable_from)).toEqual(Array(3).fill(due[0]?.due_at.toISOString()));
  expect(Date.parse(behind[0]?.cancellable_from ?? "") - Date.parse(before?.cancellable_from ?? "")).toBeGreaterThanOrEqual(30 * day);
  expect(behind[0]?.allowed_actions).toEqual(["request_cancellation"]);
  await market.moveClock(Date.parse(behind[0]?.cancellable_from ?? "") - Date.parse(before?.cancellable_from ?? "") + day);
  await expect.poll(async () => (await read())[0]?.allowed_actions, { timeout: 20_000 }).toEqual(["cancel"]);
  const freely = await company.send("POST", `/v1/buyer/orders/${order}/cancel`, { reason: "takes too long" });
  expect(freely.status).toBe(200);
  expect((await read())[0]?.state).toBe("cancelled");
});

test("a question of an order that is stopped does not end, though the sweep that makes its deadline stand still has not come to it", async () => {
  const [stoppedSeller, seller, company] = await Promise.all([market.seller(), market.seller(), market.company()]);
  const [stopped, going] = [await openOrders(stoppedSeller, company), await openOrders(seller, company)];
  await heldBy([{ seller: stoppedSeller.id }]);

  const comes = `update deadlines set stopped_at = null, due_at = stoa_now() - $2::interval where kind = 'order_request' and subject_id = $1`;
  await market.database.owner(comes, [uuidOfWire(stopped.request), "2 hours"]);
  await market.database.owner(comes, [uuidOfWire(going.request), "1 hour"]);

  const stateOf = async (id: string) => (await company.get<RequestRead>(`/v1/buyer/order-requests/${id}`)).state;
  // The earlier of the two has its turn first.
  await expect.poll(() => stateOf(going.request), { timeout: 15_000 }).toBe("expired");
  expect(await stateOf(stopped.request)).toBe("open");
});
