import { jsonOf } from "../../support/barrier.ts";
import type { HttpAnswer } from "../../support/http-answer.ts";
import type { Company, Market, Offer, Seller } from "../../support/market.ts";
import { type Attack, companiesOf, lead, outcomes, requestsOf, supplyOf, turn, unequal } from "../attack.ts";

type OrderNow = {
  readonly state: string;
  readonly lines: readonly { readonly cancelled: number }[];
  readonly open_requests?: readonly { readonly id: string }[];
};

/** A seller with offers of so many units, and a company that orders them. */
async function opened(market: Market, units: number, rounds: number) {
  const seller = await market.seller();
  const company = turn(await companiesOf(market, 1), 0);
  const supply = supplyOf(seller, { units }, rounds);
  const order = async (offers: readonly Offer[]) =>
    turn((await company.placed(offers.map((offer) => ({ offer, quantity: units })))).orders, 0).id;
  return { seller, company, supply, order };
}

const accepting = (seller: Seller, order: string) => seller.request("POST", `/v1/seller/orders/${order}/accept`, {});
const rejecting = (seller: Seller, order: string) =>
  seller.request("POST", `/v1/seller/orders/${order}/reject`, { reason: "no longer made" });
const cancelling = (company: Company, order: string, lines?: object[]) =>
  company.request("POST", `/v1/buyer/orders/${order}/cancel`, { reason: "plans changed", ...(lines === undefined ? {} : { lines }) });
const now = (seller: Seller, order: string) => seller.get<OrderNow>(`/v1/seller/orders/${order}`);
const done = (answers: readonly HttpAnswer[]) => answers.filter(({ status }) => status === 200).length;

export const acceptAgainstReject: Attack = {
  sentence: "Of 16 that accept and 16 that reject one order at once, one is done, and the goods are as that says",
  share: 0.2,
  run: async (market, rounds) => {
    const { seller, supply, order } = await opened(market, 5, rounds);
    return lead(market, 32, rounds, async (line) => {
      const offer = await supply();
      const id = await order([offer]);
      const answers = await line.release(requestsOf(32, (index) => (index % 2 === 0 ? accepting : rejecting)(seller, id)));
      const { state } = await now(seller, id);
      return [
        ...outcomes("answered", answers, { "200": 1, "409 state-conflict": 31 }),
        ...unequal("answered", state, done(answers.filter((_, index) => index % 2 === 0)) === 1 ? "accepted" : "rejected"),
        ...unequal("stock", await market.stock(offer), { onHand: 5, reserved: state === "accepted" ? 5 : 0 }),
      ];
    });
  },
};

export const unitsAtOnce: Attack = {
  sentence: "Of 40 units that 64 cancel at once, one each, 40 are cancelled: goods and credit come back exactly",
  share: 0.05,
  run: async (market, rounds) => {
    const { seller, company, supply, order } = await opened(market, 40, rounds);
    return lead(market, 64, rounds, async (line) => {
      const [offer, used] = [await supply(), await market.creditUsed(company)];
      const id = await order([offer]);
      const answers = await line.release(requestsOf(64, () => cancelling(company, id, [{ line_number: 1, quantity: 1 }])));
      const { state, lines } = await now(seller, id);
      return [
        ...unequal("units cancelled", [done(answers), answers.filter(({ status }) => status === 409).length], [40, 24]),
        ...unequal("order", [state, lines[0]?.cancelled], ["cancelled", 40]),
        ...unequal("stock", await market.stock(offer), { onHand: 40, reserved: 0 }),
        ...unequal("credit used", await market.creditUsed(company), used),
      ];
    });
  },
};

export const linesAtOnce: Attack = {
  sentence: "Different lines of one order that are cancelled at once are all cancelled, and the last ends the order",
  share: 0.1,
  run: async (market, rounds) => {
    const { seller, company, supply, order } = await opened(market, 2, rounds * 8);
    return lead(market, 8, rounds, async (line) => {
      const offers = [];
      for (let count = 0; count < 8; count += 1) offers.push(await supply());
      const id = await order(offers);
      const answers = await line.release(requestsOf(8, (index) => cancelling(company, id, [{ line_number: index + 1, quantity: 2 }])));
      const { state, lines } = await now(seller, id);
      return [
        ...outcomes("lines", answers, { "200": 8 }),
        ...unequal("order", [state, lines.map(({ cancelled }) => cancelled)], ["cancelled", Array.from({ length: 8 }, () => 2)]),
      ];
    });
  },
};

export const acceptAgainstCancel: Attack = {
  sentence: "Against an acceptance a cancellation comes first and ends the order, or comes too late and asks",
  share: 0.5,
  run: async (market, rounds) => {
    const { seller, company, supply, order } = await opened(market, 5, rounds);
    return lead(market, 2, rounds, async (line, number) => {
      const offer = await supply();
      const id = await order([offer]);
      const both = [accepting(seller, id), cancelling(company, id)];
      const answers = await line.release(number % 2 === 0 ? both : both.toReversed());
      const [accepted, cancelled] = number % 2 === 0 ? answers : answers.toReversed();
      const { state, open_requests = [] } = await now(seller, id);
      const won = accepted?.status === 200;
      return [
        ...unequal("answers", [accepted?.status, cancelled?.status], [won ? 200 : 409, 200]),
        ...unequal("order", [state, open_requests.length], won ? ["accepted", 1] : ["cancelled", 0]),
        ...unequal("stock", await market.stock(offer), { onHand: 5, reserved: won ? 5 : 0 }),
      ];
    });
  },
};

export const grantAgainstWithdraw: Attack = {
  sentence: "A question that is granted and withdrawn at once is one of both, and the order is as that says",
  share: 0.2,
  run: async (market, rounds) => {
    const { seller, company, supply, order } = await opened(market, 5, rounds);
    return lead(market, 16, rounds, async (line) => {
      const offer = await supply();
      const id = await order([offer]);
      const less = { lines: [{ line_number: 1, quantity: 3 }], reason: "two are damaged" };
      const asked = jsonOf<OrderNow>(await seller.send("POST", `/v1/seller/orders/${id}/accept`, less));
      const question = asked.open_requests?.[0]?.id ?? "";
      const granting = () => company.request("POST", `/v1/buyer/order-requests/${question}/grant`, {});
      const withdrawing = () => seller.request("POST", `/v1/seller/order-requests/${question}/withdraw`, {});
      const answers = await line.release(requestsOf(16, (index) => (index % 2 === 0 ? granting() : withdrawing())));
      const granted = done(answers.filter((_, index) => index % 2 === 0)) === 1;
      return [
        ...outcomes("question", answers, { "200": 1, "409 state-conflict": 15 }),
        ...unequal("order", (await now(seller, id)).state, granted ? "accepted" : "confirmed"),
        ...unequal("stock", await market.stock(offer), { onHand: 5, reserved: granted ? 3 : 5 }),
      ];
    });
  },
};

export const acceptAgainstDeadline: Attack = {
  sentence: "An order that is accepted when its time is over is accepted or cancelled, and its answer says which",
  share: 0.015,
  run: async (market, rounds) => {
    const { seller, supply, order } = await opened(market, 1, rounds * 24);
    return lead(market, 24, rounds, async (line) => {
      const offers = [];
      for (let count = 0; count < 24; count += 1) offers.push(await supply());
      const ids: string[] = [];
      for (const offer of offers) ids.push(await order([offer]));
      await market.moveClock(6 * 86_400_000);
      const answers = await line.release(requestsOf(24, (index) => accepting(seller, turn(ids, index))));
      const found: string[] = [];
      for (const [index, answer] of answers.entries()) {
        const { state } = await now(seller, turn(ids, index));
        // One that the sweeper has taken meanwhile is left alone by the request, or the other way round.
        found.push(...unequal(`order ${index}`, state, answer.status === 200 ? "accepted" : "cancelled"));
        const { reserved } = await market.stock(turn(offers, index));
        found.push(...unequal(`stock ${index}`, reserved, state === "accepted" ? 1 : 0));
      }
      return found;
    });
  },
};
