import { jsonOf } from "../../support/barrier.ts";
import { codeOf } from "../../support/caller.ts";
import type { HttpAnswer } from "../../support/http-answer.ts";
import type { Company, Market, Offer, Seller } from "../../support/market.ts";
import { type Attack, companiesOf, lead, outcomes, requestsOf, supplyOf, turn, unequal } from "../attack.ts";

type OrderUnits = { readonly state: string; readonly lines: readonly { packed: number; shipped: number; cancelled: number }[] };

/** A seller with offers of so many units, and a company that buys from it. */
async function opened(market: Market, units: number, rounds: number) {
  const seller = await market.seller();
  const company = turn(await companiesOf(market, 1), 0);
  const supply = supplyOf(seller, { units }, rounds);
  return { seller, company, supply, accepted: (offer: Offer, quantity: number) => accepted(seller, company, offer, quantity) };
}

async function accepted(seller: Seller, company: Company, offer: Offer, quantity: number): Promise<string> {
  const { orders } = await company.placed([{ offer, quantity }]);
  const { id } = turn(orders, 0);
  await seller.post(`/v1/seller/orders/${id}/accept`, {});
  return id;
}

const packing = (seller: Seller, order: string, quantity: number, more: object = {}) =>
  seller.request("POST", `/v1/seller/orders/${order}/shipments`, {
    location: seller.location,
    lines: [{ line_number: 1, quantity }],
    ...more,
  });

async function packed(seller: Seller, order: string, quantity: number, more: object = {}): Promise<string> {
  const body = { location: seller.location, lines: [{ line_number: 1, quantity }], ...more };
  return (await seller.post<{ id: string }>(`/v1/seller/orders/${order}/shipments`, body)).id;
}

const step = (seller: Seller, shipment: string, verb: string, body: object = {}) =>
  seller.request("POST", `/v1/seller/shipments/${shipment}/${verb}`, body);
const stateOf = async (seller: Seller, shipment: string) => (await seller.get<{ state: string }>(`/v1/seller/shipments/${shipment}`)).state;
const unitsOf = (seller: Seller, order: string) => seller.get<OrderUnits>(`/v1/seller/orders/${order}`);
const wins = (answers: readonly HttpAnswer[]) => answers.filter(({ status }) => status < 300).length;

/** Requests of two kinds by turns, and their answers apart. */
function parted(answers: readonly HttpAnswer[]): [readonly HttpAnswer[], readonly HttpAnswer[]] {
  return [answers.filter((_, index) => index % 2 === 0), answers.filter((_, index) => index % 2 === 1)];
}

export const shipOnce: Attack = {
  sentence: "One packed shipment that is shipped 64 times at once leaves the stock once",
  share: 0.05,
  run: async (market, rounds) => {
    const { seller, supply, accepted: order } = await opened(market, 10, rounds);
    return lead(market, 64, rounds, async (line) => {
      const offer = await supply();
      const id = await packed(seller, await order(offer, 5), 3);
      const answers = await line.release(requestsOf(64, () => step(seller, id, "ship")));
      return [
        ...outcomes("shipped", answers, { "200": 1, "409 state-conflict": 63 }),
        ...unequal("stock", await market.stock(offer), { onHand: 7, reserved: 2 }),
      ];
    });
  },
};

export const parcelsOfOneLine: Attack = {
  sentence: "Of a line of ten, sixteen shipments of one unit that are packed and shipped at once are ten",
  share: 0.05,
  run: async (market, rounds) => {
    const { seller, supply, accepted: order } = await opened(market, 12, rounds);
    return lead(market, 16, rounds, async (line) => {
      const offer = await supply();
      const id = await order(offer, 10);
      const answers = await line.release(requestsOf(16, () => packing(seller, id, 1, { ship: true })));
      const refused = answers.flatMap((answer) => codeOf(answer) ?? []);
      const numbers = answers.filter(({ status }) => status === 201).map((answer) => jsonOf<{ number: number }>(answer).number);
      return [
        ...unequal("shipped", wins(answers), 10),
        // Whoever comes when nothing is left finds the order shipped.
        ...unequal(
          "refusals",
          refused.filter((code) => code !== "state-conflict"),
          [],
        ),
        ...unequal(
          "numbers",
          numbers.toSorted((a, b) => a - b),
          [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        ),
        ...unequal("stock", await market.stock(offer), { onHand: 2, reserved: 0 }),
        ...unequal("order", (await unitsOf(seller, id)).state, "shipped"),
      ];
    });
  },
};

export const shipAgainstCancel: Attack = {
  sentence: "A packed shipment that is shipped and cancelled at once is one of the two, and the stock follows",
  share: 0.1,
  run: async (market, rounds) => {
    const { seller, supply, accepted: order } = await opened(market, 5, rounds);
    return lead(market, 16, rounds, async (line) => {
      const offer = await supply();
      const id = await packed(seller, await order(offer, 5), 5);
      const answers = await line.release(
        requestsOf(16, (index) => (index % 2 === 0 ? step(seller, id, "ship") : step(seller, id, "cancel", { reason: "wrong box" }))),
      );
      const [ships, cancels] = parted(answers);
      const state = await stateOf(seller, id);
      return [
        ...outcomes("ended", answers, { "200": 1, "409 state-conflict": 15 }),
        ...unequal("state", state, wins(ships) === 1 ? "shipped" : "cancelled"),
        ...unequal("winners", wins(ships) + wins(cancels), 1),
        ...unequal("stock", await market.stock(offer), wins(ships) === 1 ? { onHand: 0, reserved: 0 } : { onHand: 5, reserved: 5 }),
      ];
    });
  },
};

export const packAgainstCancellingUnits: Attack = {
  sentence: "Units that are packed and cancelled at once are one of the two",
  share: 0.1,
  run: async (market, rounds) => {
    const { seller, supply, accepted: order } = await opened(market, 5, rounds);
    return lead(market, 16, rounds, async (line) => {
      const offer = await supply();
      const id = await order(offer, 5);
      const lines = [{ line_number: 1, quantity: 5 }];
      const cancel = () => seller.request("POST", `/v1/seller/orders/${id}/cancel`, { reason: "sold elsewhere", lines });
      const answers = await line.release(requestsOf(16, (index) => (index % 2 === 0 ? packing(seller, id, 5) : cancel())));
      const [packs, cancels] = parted(answers);
      const { lines: units, state } = await unitsOf(seller, id);
      const now = units.map(({ packed: inParcels, cancelled }) => ({ packed: inParcels, cancelled }));
      return [
        ...unequal("winners", wins(packs) + wins(cancels), 1),
        ...unequal(
          "units",
          [state, now],
          wins(packs) === 1 ? ["accepted", [{ packed: 5, cancelled: 0 }]] : ["cancelled", [{ packed: 0, cancelled: 5 }]],
        ),
        ...unequal("stock", await market.stock(offer), { onHand: 5, reserved: wins(packs) === 1 ? 5 : 0 }),
      ];
    });
  },
};

export const adjustAgainstShip: Attack = {
  sentence: "Goods that are shipped and adjusted away at once are never both: what is promised is shipped, what is free goes once",
  share: 0.1,
  run: async (market, rounds) => {
    const { seller, supply, accepted: order } = await opened(market, 10, rounds);
    return lead(market, 16, rounds, async (line) => {
      const offer = await supply();
      const id = await packed(seller, await order(offer, 5), 5);
      const lines = [{ offer: offer.id, location: offer.location, delta: -5 }];
      const adjust = () => seller.request("POST", "/v1/seller/stock/adjustments", { reason: "broken", lines });
      const answers = await line.release(requestsOf(16, (index) => (index % 2 === 0 ? step(seller, id, "ship") : adjust())));
      const [ships, adjusts] = parted(answers);
      return [
        ...unequal("winners", [wins(ships), wins(adjusts)], [1, 1]),
        ...unequal("stock", await market.stock(offer), { onHand: 0, reserved: 0 }),
      ];
    });
  },
};

export const holdAgainstShip: Attack = {
  sentence: "A shipment of an order that is put on hold at once has left before, or stays; behind the hold nothing leaves",
  share: 0.05,
  run: async (market, rounds) => {
    const { seller, supply, accepted: order } = await opened(market, 5, rounds);
    return lead(market, 8, rounds, async (line) => {
      const offer = await supply();
      const id = await order(offer, 5);
      const parcel = await packed(seller, id, 4);
      const hold = market.operator.request("POST", "/v1/operator/holds", {
        order: id,
        reason: "Under dispute",
        look_again_on: "2026-11-25",
      });
      const answers = await line.release(requestsOf(8, (index) => (index === 0 ? hold : step(seller, parcel, "ship"))));
      const ships = wins(answers.slice(1));
      const others = answers.slice(1).flatMap((answer) => codeOf(answer) ?? []);
      const behind = await seller.send("POST", `/v1/seller/orders/${id}/shipments`, {
        ...{ location: seller.location, lines: [{ line_number: 1, quantity: 1 }], ship: true },
      });
      return [
        ...unequal("held", answers[0]?.status, 201),
        ...unequal("left", ships > 1 ? ships : ships === 1, (await stateOf(seller, parcel)) === "shipped"),
        ...unequal(
          "refusals",
          others.filter((code) => code !== "on-hold" && code !== "state-conflict"),
          [],
        ),
        ...unequal("behind the hold", codeOf(behind), "on-hold"),
        ...unequal("stock", (await market.stock(offer)).onHand, ships === 1 ? 1 : 5),
      ];
    });
  },
};

export const refuseAgainstLose: Attack = {
  sentence: "A shipment that is refused and said to be lost at once is one of the two, and its order with it",
  share: 0.1,
  run: async (market, rounds) => {
    const { seller, company, supply, accepted: order } = await opened(market, 1, rounds);
    return lead(market, 16, rounds, async (line) => {
      const id = await order(await supply(), 1);
      const parcel = await packed(seller, id, 1, { ship: true });
      const refuse = () => company.request("POST", `/v1/buyer/shipments/${parcel}/refuse`, { reason: "box is open" });
      const lose = () => step(seller, parcel, "lose", { reason: "not seen" });
      const answers = await line.release(requestsOf(16, (index) => (index % 2 === 0 ? refuse() : lose())));
      const [refusals] = parted(answers);
      return [
        ...outcomes("ended", answers, { "200": 1, "409 state-conflict": 15 }),
        ...unequal(
          "states",
          [await stateOf(seller, parcel), (await unitsOf(seller, id)).state],
          wins(refusals) === 1 ? ["refused", "delivered"] : ["lost", "shipped"],
        ),
      ];
    });
  },
};

export const deliverAgainstLose: Attack = {
  sentence: "A shipment that is said to have arrived and to be lost at once is said so once, and never lost behind its arrival",
  share: 0.1,
  run: async (market, rounds) => {
    const { seller, supply, accepted: order } = await opened(market, 1, rounds);
    return lead(market, 16, rounds, async (line) => {
      const id = await order(await supply(), 1);
      const parcel = await packed(seller, id, 1, { ship: true });
      const deliver = () => step(seller, parcel, "deliver");
      const lose = () => step(seller, parcel, "lose", { reason: "not seen" });
      const answers = await line.release(requestsOf(16, (index) => (index % 2 === 0 ? deliver() : lose())));
      const [arrivals] = parted(answers);
      return [
        ...outcomes("ended", answers, { "200": 1, "409 state-conflict": 15 }),
        ...unequal(
          "states",
          [await stateOf(seller, parcel), (await unitsOf(seller, id)).state],
          wins(arrivals) === 1 ? ["delivered", "delivered"] : ["lost", "shipped"],
        ),
      ];
    });
  },
};

export const cancelRestAgainstShip: Attack = {
  sentence: "A shipment of an order whose rest is cancelled at once leaves it shipped, whoever came first",
  share: 0.1,
  run: async (market, rounds) => {
    const { seller, supply, accepted: order } = await opened(market, 5, rounds);
    return lead(market, 2, rounds, async (line) => {
      const offer = await supply();
      const id = await order(offer, 5);
      const parcel = await packed(seller, id, 2);
      const cancel = seller.request("POST", `/v1/seller/orders/${id}/cancel`, { reason: "sold out" });
      const answers = await line.release([step(seller, parcel, "ship"), cancel]);
      const { state, lines } = await unitsOf(seller, id);
      return [
        ...outcomes("both", answers, { "200": 2 }),
        ...unequal("order", [state, lines.map(({ shipped, cancelled }) => [shipped, cancelled])], ["shipped", [[2, 3]]]),
        ...unequal("stock", await market.stock(offer), { onHand: 3, reserved: 0 }),
      ];
    });
  },
};
