import { jsonOf } from "../../support/barrier.ts";
import { codeOf } from "../../support/caller.ts";
import type { HttpAnswer } from "../../support/http-answer.ts";
import type { Checkout, Market, Offer, Seller } from "../../support/market.ts";
import { companiesOf, lead, outcomes, requestsOf, supplyOf, turn, unequal, type Attack } from "../attack.ts";

type Level = { readonly location: string; readonly on_hand: number; readonly reserved: number; readonly backorder_limit: number };

async function levelsOf(offer: Offer): Promise<readonly Level[]> {
  return (await offer.seller.get<{ items: Level[] }>(`/v1/seller/stock?offer=${offer.id}`)).items;
}

/** A finding when a level promises more than it has and may, or is below nothing. */
function illegal(levels: readonly Level[]): string[] {
  return unequal(
    "legal levels",
    levels.filter((level) => level.on_hand < 0 || level.reserved < 0 || level.reserved > level.on_hand + level.backorder_limit),
    [],
  );
}

const place = (offer: Offer, more: object, location = offer.location) => ({ offer: offer.id, location, ...more });
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
const wins = (answers: readonly HttpAnswer[]) => answers.filter(({ status }) => status < 300).length;
const codesBeside = (answers: readonly HttpAnswer[], allowed: readonly string[]) =>
  answers.flatMap((answer) => codeOf(answer) ?? []).filter((code) => !allowed.includes(code));

/** Requests of two kinds by turns, and their answers apart. */
function parted(answers: readonly HttpAnswer[]): [readonly HttpAnswer[], readonly HttpAnswer[]] {
  return [answers.filter((_, index) => index % 2 === 0), answers.filter((_, index) => index % 2 === 1)];
}

async function secondLocation(seller: Seller): Promise<string> {
  return (await seller.post<{ id: string }>("/v1/seller/locations", { name: "Second", country: "DE" })).id;
}

/** A seller with a second location, and offers that have a level there too. */
async function twoLocations(market: Market, units: number, rounds: number) {
  const seller = await market.seller();
  const second = await secondLocation(seller);
  const supply = supplyOf(seller, { units }, rounds);
  return {
    ...{ seller, second },
    supply: async () => {
      const offer = await supply();
      const lines = [place(offer, { backorder_limit: 0 }, second)];
      await seller.post("/v1/seller/stock/limits", { reason: "may come here", lines });
      return offer;
    },
  };
}

export const transferAgainstPlacing: Attack = {
  sentence: "A unit that is sold and carried elsewhere at once is sold once, stands in one place, and is promised where it stands",
  share: 0.3,
  run: async (market, rounds) => {
    const { seller, second, supply } = await twoLocations(market, 1, rounds);
    const companies = await companiesOf(market, 8);
    return lead(market, 16, rounds, async (line) => {
      const offer = await supply();
      const carrying = { reason: "nearer", lines: [{ offer: offer.id, from: offer.location, to: second, quantity: 1 }] };
      const request = (index: number) =>
        index % 2 === 0
          ? turn(companies, index / 2).placing([{ offer, quantity: 1 }])
          : seller.request("POST", "/v1/seller/stock/transfers", carrying);
      const [placed, carried] = parted(await line.release(requestsOf(16, request)));
      const levels = await levelsOf(offer);
      return [
        ...outcomes("sold", placed, { "201": 1, "409 stock-short": 7 }),
        ...unequal("carried more than once", wins(carried) > 1, false),
        ...unequal("other answers", codesBeside(carried, ["stock-in-use"]), []),
        ...illegal(levels),
        ...unequal("on hand and promised", [sum(levels.map((level) => level.on_hand)), sum(levels.map((level) => level.reserved))], [1, 1]),
      ];
    });
  },
};

export const limitAgainstPlacing: Attack = {
  sentence: "Of those who buy the last unit on backorder and those who take the backorder away, one side wins, and the numbers stay legal",
  share: 0.3,
  run: async (market, rounds) => {
    const seller = await market.seller();
    const supply = supplyOf(seller, { units: 0 }, rounds);
    const companies = await companiesOf(market, 8);
    return lead(market, 16, rounds, async (line) => {
      const offer = await supply();
      const limit = (units: number) => ({ reason: "agreed", lines: [place(offer, { backorder_limit: units })] });
      await seller.post("/v1/seller/stock/limits", limit(1));
      const request = (index: number) =>
        index % 2 === 0
          ? turn(companies, index / 2).placing([{ offer, quantity: 1 }])
          : seller.request("POST", "/v1/seller/stock/limits", limit(0));
      const [placed, lowered] = parted(await line.release(requestsOf(16, request)));
      const sold = wins(placed);
      const levels = await levelsOf(offer);
      return [
        ...illegal(levels),
        ...outcomes("bought", placed, sold === 0 ? { "409 stock-short": 8 } : { "201": 1, "409 stock-short": 7 }),
        ...outcomes("taken away", lowered, sold === 0 ? { "201": 8 } : { "409 stock-in-use": 8 }),
        ...unequal("promised", sum(levels.map((level) => level.reserved)), sold),
      ];
    });
  },
};

type Served = { readonly served?: readonly { readonly order: string; readonly quantity: number }[] };

export const receiptAgainstCancelling: Attack = {
  sentence:
    "While those who wait give up, the goods that come are all there, nobody is served more than they wait for, and each unit comes back once",
  share: 0.2,
  run: async (market, rounds) => {
    const seller = await market.seller();
    const supply = supplyOf(seller, { units: 0 }, rounds);
    const companies = await companiesOf(market, 4);
    return lead(market, 16, rounds, async (line) => {
      const offer = await supply();
      await seller.post("/v1/seller/stock/limits", { reason: "more comes", lines: [place(offer, { backorder_limit: 8 })] });
      const waiting: { company: (typeof companies)[number]; order: string }[] = [];
      for (const company of companies) {
        const placed: Checkout = await company.placed([{ offer, quantity: 2 }]);
        waiting.push({ company, order: placed.orders[0]?.id ?? "" });
      }
      const request = (index: number) => {
        const { company, order } = turn(waiting, Math.floor(index / 2));
        return index % 2 === 0
          ? company.request("POST", `/v1/buyer/orders/${order}/cancel`, { reason: "too late" })
          : seller.request("POST", "/v1/seller/stock/receipts", { lines: [place(offer, { quantity: 1 })] });
      };
      const [cancelled, received] = parted(await line.release(requestsOf(16, request)));
      const served = received.flatMap((answer) => jsonOf<Served>(answer).served ?? []);
      const most = [...Map.groupBy(served, ({ order }) => order).values()].map((each) => sum(each.map(({ quantity }) => quantity)));
      return [
        ...outcomes("cancelled", cancelled, { "200": 4, "409 state-conflict": 4 }),
        ...outcomes("received", received, { "201": 8 }),
        ...unequal(
          "served beyond what they wait for",
          most.filter((units) => units > 2),
          [],
        ),
        ...unequal("stock", await market.stock(offer), { onHand: 8, reserved: 0 }),
      ];
    });
  },
};

export const reassignmentAgainstCancelling: Attack = {
  sentence: "An order that is cancelled while its units are moved gives each of them back once, wherever it stands",
  share: 0.3,
  run: async (market, rounds) => {
    const { seller, second, supply } = await twoLocations(market, 2, rounds);
    const companies = await companiesOf(market, 1);
    return lead(market, 16, rounds, async (line) => {
      const offer = await supply();
      await seller.post("/v1/seller/stock/receipts", { lines: [place(offer, { quantity: 2 }, second)] });
      const company = turn(companies, 0);
      const order = (await company.placed([{ offer, quantity: 2 }])).orders[0]?.id ?? "";
      // Two levels have as much: which of them was taken is the market's business.
      const from = (await levelsOf(offer)).find((level) => level.reserved > 0)?.location ?? "";
      const move = { line_number: 1, from, to: from === second ? offer.location : second, quantity: 1 };
      const request = (index: number) =>
        index % 2 === 0
          ? company.request("POST", `/v1/buyer/orders/${order}/cancel`, { reason: "not needed" })
          : seller.request("POST", `/v1/seller/orders/${order}/reassign`, move);
      const [cancelled, moved] = parted(await line.release(requestsOf(16, request)));
      const levels = await levelsOf(offer);
      return [
        ...outcomes("cancelled", cancelled, { "200": 1, "409 state-conflict": 7 }),
        ...unequal("moved more than there was", wins(moved) > 2, false),
        ...unequal("other answers", codesBeside(moved, ["units-not-open"]), []),
        ...unequal(
          "levels",
          levels.map((level) => [level.on_hand, level.reserved]),
          [
            [2, 0],
            [2, 0],
          ],
        ),
      ];
    });
  },
};

export const shortfallAgainstPlacing: Attack = {
  sentence: "Goods that are lost while they are bought are taken from whoever bought last, and nobody is promised what is not there",
  share: 0.3,
  run: async (market, rounds) => {
    const seller = await market.seller();
    const supply = supplyOf(seller, { units: 4 }, rounds);
    const companies = await companiesOf(market, 8);
    return lead(market, 16, rounds, async (line) => {
      const offer = await supply();
      const losing = { reason: "lost", lines: [place(offer, { delta: -1 })], shortfall: "newest_first" };
      const request = (index: number) =>
        index % 2 === 0
          ? turn(companies, index / 2).placing([{ offer, quantity: 1 }])
          : seller.request("POST", "/v1/seller/stock/adjustments", losing);
      const [placed, lost] = parted(await line.release(requestsOf(16, request)));
      const given = lost.flatMap((answer) => jsonOf<{ cancelled?: readonly { quantity: number }[] }>(answer).cancelled ?? []);
      const levels = await levelsOf(offer);
      return [
        ...illegal(levels),
        ...unequal("other answers", codesBeside([...placed, ...lost], ["stock-short", "stock-in-use", "overloaded"]), []),
        ...unequal("on hand", sum(levels.map((level) => level.on_hand)), 4 - wins(lost)),
        ...unequal("promised", sum(levels.map((level) => level.reserved)), wins(placed) - sum(given.map(({ quantity }) => quantity))),
      ];
    });
  },
};
