import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import { type Checkout, type Company, openMarket, type Offer, type OwnMarket, type Seller } from "../support/market.ts";
import { levelsOf, limitTo, line, locate, movementsOf, operate, operated } from "../specs/stock-asking.ts";

let market: OwnMarket;
let seller: Seller;
let company: Company;
beforeAll(async () => {
  market = await openMarket();
  [seller, company] = [await market.seller(), await market.company()];
});
afterAll(() => market?.close());

const orderOf = (checkout: Checkout) => checkout.orders[0]?.id ?? "";
const cancel = (order: string, units?: number) =>
  company.send("POST", `/v1/buyer/orders/${order}/cancel`, {
    reason: "not needed",
    ...(units === undefined ? {} : { lines: [{ line_number: 1, quantity: units }] }),
  });
const accept = (order: string) => seller.post(`/v1/seller/orders/${order}/accept`, {});
const ship = (order: string, offer: Offer, quantity: number, more: object = {}) =>
  seller.send("POST", `/v1/seller/orders/${order}/shipments`, {
    ...{ location: offer.location, lines: [{ line_number: 1, quantity }], ship: true },
    ...more,
  });

describe("backorders", () => {
  // medusa#13892, medusa#6500
  test("what is promised on backorder is bought, comes, is shipped with nothing available, and the next buyer is refused", async () => {
    const offer = await seller.offer({ units: 1 });
    await limitTo(offer, 4);
    const order = orderOf(await company.placed([{ offer, quantity: 5 }]));
    expect(codeOf(await company.place([{ offer, quantity: 1 }]))).toBe("stock-short");
    await accept(order);

    expect(codeOf(await ship(order, offer, 5))).toBe("goods-not-on-hand");
    const { served } = await operated(seller, "receipts", [line(offer, { quantity: 4 })]);
    await limitTo(offer, 0);
    expect(codeOf(await company.place([{ offer, quantity: 1 }]))).toBe("stock-short");
    const shipped = await ship(order, offer, 5);

    expect(served).toMatchObject([{ order, quantity: 4 }]);
    expect([shipped.status, await levelsOf(offer)]).toEqual([201, [[0, 0]]]);
    expect(
      (await movementsOf(offer)).map(({ kind, on_hand_delta, reserved_delta }) => [kind, on_hand_delta, reserved_delta]).slice(-1),
    ).toEqual([["finalize", -5, -5]]);
  });

  // spree#7328
  test("an order on backorder that becomes smaller makes no goods: the unit is waited for by nobody, and the oldest is served first", async () => {
    const offer = await seller.offer({ units: 0 });
    await limitTo(offer, 4);
    const [first, second] = [
      orderOf(await company.placed([{ offer, quantity: 2 }])),
      orderOf(await company.placed([{ offer, quantity: 2 }])),
    ];

    expect((await cancel(first, 1)).status).toBe(200);

    expect(await levelsOf(offer)).toEqual([[0, 3]]);
    const served = [];
    for (let count = 0; count < 4; count += 1) {
      served.push(...(await operated(seller, "receipts", [line(offer, { quantity: 1 })])).served.map(({ order }) => order));
    }
    expect(served).toEqual([first, second, second]);
    expect(await levelsOf(offer)).toEqual([[4, 3]]);
  });

  test("goods on hand for an older order do not leave with a newer one, unless somebody says why", async () => {
    const offer = await seller.offer({ units: 0 });
    await limitTo(offer, 9);
    const [older, newer] = [
      orderOf(await company.placed([{ offer, quantity: 3 }])),
      orderOf(await company.placed([{ offer, quantity: 3 }])),
    ];
    await accept(newer);
    await operated(seller, "receipts", [line(offer, { quantity: 4 })]);

    const [early, one] = [await ship(newer, offer, 2), await ship(newer, offer, 1)];
    const forced = await ship(newer, offer, 2, { force: { reason: "the older one agreed to wait" } });

    expect([codeOf(early), one.status, forced.status]).toEqual(["promised-to-older", 201, 201]);
    expect([await levelsOf(offer), (await company.get<{ state: string }>(`/v1/buyer/orders/${older}`)).state]).toEqual([
      [[1, 3]],
      "confirmed",
    ]);
  });
});

describe("goods that fall short", () => {
  // vendure#1355
  test("are taken off the books while somebody waits for them by cancelling it, never by promising what is not there", async () => {
    const offer = await seller.offer({ units: 4 });
    const kept = orderOf(await company.placed([{ offer, quantity: 2 }]));
    const lost = orderOf(await company.placed([{ offer, quantity: 2 }]));

    const refused = await operate(seller, "adjustments", [line(offer, { delta: -2 })]);
    const taken = await operate(seller, "adjustments", [line(offer, { delta: -2 })], { shortfall: "newest_first" });

    expect([codeOf(refused), taken.status, await levelsOf(offer)]).toEqual(["stock-in-use", 201, [[2, 2]]]);
    const states = [kept, lost].map(async (id) => (await company.get<{ state: string }>(`/v1/buyer/orders/${id}`)).state);
    expect(await Promise.all(states)).toEqual(["confirmed", "cancelled"]);
  });

  // medusa#11703, medusa#12796
  test("keep nobody from giving back: a packed parcel is unpacked, packed again and cancelled with nothing available", async () => {
    const offer = await seller.offer({ units: 0 });
    await limitTo(offer, 3);
    const order = orderOf(await company.placed([{ offer, quantity: 3 }]));
    await accept(order);
    const before = await movementsOf(offer);
    const packing = () =>
      seller.post<{ id: string }>(`/v1/seller/orders/${order}/shipments`, {
        location: offer.location,
        lines: [{ line_number: 1, quantity: 3 }],
      });

    const unpacking = (id: string) => seller.post(`/v1/seller/shipments/${id}/cancel`, { reason: "torn" });

    await unpacking((await packing()).id);
    const { id } = await packing();
    const inTheWay = await seller.send("POST", `/v1/seller/orders/${order}/cancel`, { reason: "gone" });
    await unpacking(id);

    expect(codeOf(inTheWay)).toBe("units-packed");
    expect([await levelsOf(offer), await movementsOf(offer)]).toEqual([[[0, 3]], before]);
    expect((await seller.send("POST", `/v1/seller/orders/${order}/cancel`, { reason: "gone" })).status).toBe(200);
    expect(await levelsOf(offer)).toEqual([[0, 0]]);
  });
});

describe("what is reserved", () => {
  // medusa#11266, saleor#5334, magento inventory#3165
  test("is gone from everywhere it was moved to when its order is, and no nightly repair is needed", async () => {
    const [second, third] = [await locate(seller, "Second"), await locate(seller, "Third")];
    const offer = await seller.offer({ units: 6 });
    await operated(seller, "receipts", [line(offer, { quantity: 6 }, second), line(offer, { quantity: 6 }, third)]);
    const order = orderOf(await company.placed([{ offer, quantity: 6 }]));
    const move = (from: string, to: string, quantity: number) =>
      seller.post(`/v1/seller/orders/${order}/reassign`, { line_number: 1, from, to, quantity });
    await move(offer.location, second, 4);
    await move(second, third, 3);
    await move(third, offer.location, 1);
    expect(await levelsOf(offer, [offer.location, second, third])).toEqual([
      [6, 3],
      [6, 1],
      [6, 2],
    ]);
    expect((await cancel(order, 2)).status).toBe(200);
    expect((await levelsOf(offer, [offer.location, second, third])).reduce((sum, [, reserved]) => sum + reserved, 0)).toBe(4);
    expect((await cancel(order)).status).toBe(200);
    expect(await levelsOf(offer, [offer.location, second, third])).toEqual([
      [6, 0],
      [6, 0],
      [6, 0],
    ]);
  });

  test("and packed stays where its parcel is: it is neither moved nor given up", async () => {
    const second = await locate(seller, "Fourth");
    const offer = await seller.offer({ units: 3 });
    await operated(seller, "receipts", [line(offer, { quantity: 3 }, second)]);
    const order = orderOf(await company.placed([{ offer, quantity: 3 }]));
    await accept(order);
    await seller.post(`/v1/seller/orders/${order}/shipments`, { location: offer.location, lines: [{ line_number: 1, quantity: 2 }] });

    const moved = await seller.send("POST", `/v1/seller/orders/${order}/reassign`, {
      ...{ line_number: 1, from: offer.location, to: second, quantity: 2 },
    });
    const lost = await operate(seller, "adjustments", [line(offer, { delta: -2 })], { shortfall: "newest_first" });

    expect([codeOf(moved), jsonOf(moved)["lines"]]).toMatchObject(["units-not-open", [{ requested: 2, open: 1 }]]);
    expect([codeOf(lost), jsonOf(lost)["lines"]]).toMatchObject([
      "stock-in-use",
      [{ orders: [{ order, held: 3, packed: 2, to_give_up: 1 }] }],
    ]);
    expect(await levelsOf(offer, [offer.location, second])).toEqual([
      [3, 3],
      [3, 0],
    ]);
  });
});

test("after the whole tour the market is sound", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
