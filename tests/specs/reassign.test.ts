import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import { type Checkout, type Company, openMarket, type Offer, type OwnMarket, type Seller } from "../support/market.ts";
import { eventsOf, levelsOf, limitTo, line, locate, movementsOf, operated, type Written } from "./stock-asking.ts";

let market: OwnMarket;
let seller: Seller;
let company: Company;
let second: string;

beforeAll(async () => {
  market = await openMarket();
  [seller, company] = [await market.seller(), await market.company()];
  second = await locate(seller, "Second");
});
afterAll(() => market?.close());

const orderOf = (checkout: Checkout) => checkout.orders[0]?.id ?? "";
const outcome = (answer: Awaited<ReturnType<typeof reassign>>) => `${answer.status} ${codeOf(answer) ?? ""}`;

/** An offer with units at the first and at the second location. */
async function offerAtBoth(first: number, other: number): Promise<Offer> {
  const offer = await seller.offer({ units: first });
  if (other > 0) await operated(seller, "receipts", [line(offer, { quantity: other }, second)]);
  return offer;
}

function reassign(order: string, offer: Offer, quantity: number, more: object = {}, by: Seller = seller) {
  return by.send("POST", `/v1/seller/orders/${order}/reassign`, { line_number: 1, from: offer.location, to: second, quantity, ...more });
}

const bothLevels = (offer: Offer) => levelsOf(offer, [offer.location, second]);

describe("Moving what is reserved", () => {
  it("lets units of an order leave from another location: two movements of one cause, and nothing of the order changes", async () => {
    const offer = await offerAtBoth(5, 3);
    const order = orderOf(await company.placed([{ offer, quantity: 4 }]));
    const before = await company.get(`/v1/buyer/orders/${order}`);

    const moved = await reassign(order, offer, 3);

    expect(moved.status).toBe(201);
    const { id, lines } = jsonOf<Written>(moved);
    expect(lines).toMatchObject([line(offer, { on_hand: 5, reserved: 1 }), line(offer, { on_hand: 3, reserved: 3 }, second)]);
    expect(await bothLevels(offer)).toEqual([
      [5, 1],
      [3, 3],
    ]);
    const movements = (await movementsOf(offer, "&kind=reassign")).map((each) => [
      each.location,
      each.reserved_delta,
      each.cause_id,
      each.order,
    ]);
    expect(movements.toSorted()).toEqual(
      [
        [offer.location, -3, id, order],
        [second, 3, id, order],
      ].toSorted(),
    );
    expect(await company.get(`/v1/buyer/orders/${order}`)).toEqual(before);
    const [event] = (await eventsOf(seller, "stock.reassigned", 1)).filter(({ subject }) => subject === id);
    expect(event?.data).toMatchObject({ order, line_number: 1, from: offer.location, to: second, quantity: 3 });
    expect((await market.doctor()).violations).toEqual([]);
  });

  it("goes there and back as often as it likes, and what is cancelled then comes back where it stands", async () => {
    const offer = await offerAtBoth(4, 4);
    const order = orderOf(await company.placed([{ offer, quantity: 4 }]));
    const back = { from: second, to: offer.location };

    const answers = [await reassign(order, offer, 4), await reassign(order, offer, 2, back), await reassign(order, offer, 1)];

    expect(answers.map(outcome)).toEqual(["201 ", "201 ", "201 "]);
    expect(await bothLevels(offer)).toEqual([
      [4, 1],
      [4, 3],
    ]);
    await company.post(`/v1/buyer/orders/${order}/cancel`, { reason: "not needed" });
    expect(await bothLevels(offer)).toEqual([
      [4, 0],
      [4, 0],
    ]);
    expect((await market.doctor()).violations).toEqual([]);
  });

  it("is refused where a reservation would have counted more than it can, and whatever else is done with the units goes on", async () => {
    const rich = await market.company({ credit: 9_000_000_000_000 });
    const offer = await seller.offer({ price: 1, units: 1_000_000_000 });
    await operated(seller, "receipts", [line(offer, { quantity: 1_000_000_000 }, second)]);
    const units = 900_000_000;
    const order = orderOf(await rich.placed([{ offer, quantity: units }]));
    const back = { from: second, to: offer.location };

    const answers = [await reassign(order, offer, units), await reassign(order, offer, units, back), await reassign(order, offer, units)];
    const refused = await reassign(order, offer, units, back);

    expect(answers.map(outcome)).toEqual(["201 ", "201 ", "201 "]);
    expect([outcome(refused), jsonOf(refused)["lines"]]).toMatchObject(["409 stock-short", [{ available: 200_000_000 }]]);
    await rich.post(`/v1/buyer/orders/${order}/cancel`, { reason: "not needed" });
    expect(await bothLevels(offer)).toEqual([
      [1_000_000_000, 0],
      [1_000_000_000, 0],
    ]);
    expect((await market.doctor()).violations).toEqual([]);
  });

  it("needs as much there as is moved: on hand, or on backorder as far as its limit goes", async () => {
    const offer = await offerAtBoth(9, 2);
    const order = orderOf(await company.placed([{ offer, quantity: 6 }]));

    const short = await reassign(order, offer, 3);
    await limitTo(offer, 2, {}, second);
    const fits = await reassign(order, offer, 3);

    expect([short.status, jsonOf(short)]).toMatchObject([
      409,
      { code: "stock-short", lines: [{ pointer: "/quantity", offer: offer.id, requested: 3, available: 2 }] },
    ]);
    expect([outcome(fits), await bothLevels(offer)]).toEqual([
      "201 ",
      [
        [9, 3],
        [2, 3],
      ],
    ]);
  });

  it("takes nothing from newer promises that are on hand: a reservation that is raised keeps its place and gets what nobody has", async () => {
    const offer = await offerAtBoth(9, 1);
    await limitTo(offer, 9, {}, second);
    const order = orderOf(await company.placed([{ offer, quantity: 3 }]));
    expect(outcome(await reassign(order, offer, 1))).toBe("201 ");
    // The newer one holds all that comes.
    const newer = orderOf(await company.placed([{ offer, quantity: 6 }]));
    expect(outcome(await reassign(newer, offer, 2))).toBe("201 ");
    await operated(seller, "receipts", [line(offer, { quantity: 2 }, second)]);

    const refused = await reassign(order, offer, 1);
    await operated(seller, "receipts", [line(offer, { quantity: 1 }, second)]);
    const raised = await reassign(order, offer, 1);

    expect([refused.status, jsonOf(refused)["lines"]]).toMatchObject([409, [{ available: 0 }]]);
    expect(outcome(raised)).toBe("201 ");
  });

  it("is refused for what is not open, not there, not the seller's, or in another country, and changes nothing", async () => {
    const offer = await offerAtBoth(9, 9);
    const [abroad, other] = [await locate(seller, `Abroad ${offer.reference}`, "AT"), await market.seller()];
    await operated(seller, "receipts", [line(offer, { quantity: 9 }, abroad)]);
    const order = orderOf(await company.placed([{ offer, quantity: 4 }]));
    const empty = await locate(seller, `Empty ${offer.reference}`);

    const answers = [
      await reassign(order, offer, 5),
      await reassign(order, offer, 1, { line_number: 2 }),
      await reassign(order, offer, 1, { from: second, to: offer.location }),
      await reassign(order, offer, 1, { to: offer.location }),
      await reassign(order, offer, 1, { to: empty }),
      await reassign(order, offer, 1, { to: other.location }),
      await reassign(order, offer, 1, { to: abroad }),
      await reassign(order, offer, 1, {}, other),
    ];

    expect(answers.map(outcome)).toEqual([
      "409 units-not-open",
      "422 unknown-reference",
      "422 unknown-reference",
      "400 request-invalid",
      "422 unknown-reference",
      "422 unknown-reference",
      "422 dispatch-country-differs",
      "404 not-found",
    ]);
    expect(jsonOf(answers[0] as (typeof answers)[0])["lines"]).toMatchObject([{ line_number: 1, requested: 5, open: 4 }]);
    expect(jsonOf(answers[6] as (typeof answers)[0])).toMatchObject({ dispatch_country: "DE", location_country: "AT" });
    expect(await levelsOf(offer, [offer.location, second, abroad])).toEqual([
      [9, 4],
      [9, 0],
      [9, 0],
    ]);
  });
});
