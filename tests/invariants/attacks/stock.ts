import { jsonOf } from "../../support/barrier.ts";
import { tally } from "../../support/caller.ts";
import { companiesOf, lead, outcomes, requestsOf, supplyOf, turn, unequal, type Attack } from "../attack.ts";

export const lastUnit: Attack = {
  sentence: "Of 64 buyers of one unit, one gets it and 63 are told that it is gone",
  share: 1,
  run: async (market, rounds) => {
    const supply = supplyOf(await market.seller(), { units: 1 }, rounds);
    const companies = await companiesOf(market, 16);
    return lead(market, 64, rounds, async (line) => {
      const offer = await supply();
      const answers = await line.release(requestsOf(64, (index) => turn(companies, index).placing([{ offer, quantity: 1 }])));
      return [
        ...outcomes("placed", answers, { "201": 1, "409 stock-short": 63 }),
        ...unequal("stock", await market.stock(offer), { onHand: 1, reserved: 1 }),
      ];
    });
  },
};

export const twoLinesOneLevel: Attack = {
  sentence: "Lines of one checkout that meet on one stock level are judged by their sum",
  share: 0.5,
  run: async (market, rounds) => {
    const seller = await market.seller();
    const single = supplyOf(seller, { units: 1 }, rounds);
    const pair = supplyOf(seller, { units: 2 }, rounds);
    const companies = await companiesOf(market, 8);
    return lead(market, 16, rounds, async (line) => {
      const [one, two] = [await single(), await pair()];
      const placing = (index: number) => {
        const offer = index < 8 ? one : two;
        return turn(companies, index).placing([
          { offer, quantity: 1 },
          { offer, quantity: 1 },
        ]);
      };
      const answers = await line.release(requestsOf(16, placing));
      return [
        ...outcomes("two lines, one unit", answers.slice(0, 8), { "409 stock-short": 8 }),
        ...outcomes("two lines, two units", answers.slice(8), { "201": 1, "409 stock-short": 7 }),
        ...unequal(
          "stock",
          [await market.stock(one), await market.stock(two)],
          [
            { onHand: 1, reserved: 0 },
            { onHand: 2, reserved: 2 },
          ],
        ),
      ];
    });
  },
};

export const crossingOrders: Attack = {
  sentence: "Checkouts of {A, B} and {B, A} at once are all placed: no deadlock, no fault",
  share: 0.5,
  run: async (market, rounds) => {
    const [first, second] = [await market.seller(), await market.seller()];
    const units = 32 * rounds;
    const [a, b] = [await first.offer({ units, price: 10 }), await second.offer({ units, price: 10 })];
    const companies = await companiesOf(market, 16);
    return lead(market, 32, rounds, async (line, number) => {
      const placing = (index: number) => {
        const lines = [a, b].map((offer) => ({ offer, quantity: 1 }));
        return turn(companies, index).placing((index + number) % 2 === 0 ? lines : lines.toReversed());
      };
      const answers = await line.release(requestsOf(32, placing));
      return [
        ...outcomes("placed", answers, { "201": 32 }),
        ...unequal("held", [(await market.stock(a)).reserved, (await market.stock(b)).reserved], [32 * number, 32 * number]),
      ];
    });
  },
};

export const refusedTakesNothing: Attack = {
  sentence: "With one unit of X and none of Y, who asks for both takes nothing from who asks for X alone",
  share: 1,
  run: async (market, rounds) => {
    const seller = await market.seller();
    const supply = supplyOf(seller, { units: 1 }, rounds);
    const y = await seller.offer({ units: 0 });
    const companies = await companiesOf(market, 16);
    return lead(market, 16, rounds, async (line, number) => {
      const x = await supply();
      const alone = number % 16;
      const lines = (index: number) => (index === alone ? [x] : [x, y]).map((offer) => ({ offer, quantity: 1 }));
      const answers = await line.release(requestsOf(16, (index) => turn(companies, index).placing(lines(index))));
      return [
        ...outcomes("X alone", answers.slice(alone, alone + 1), { "201": 1 }),
        ...outcomes("X and Y", answers.toSpliced(alone, 1), { "409 stock-short": 15 }),
        ...unequal("stock of X", await market.stock(x), { onHand: 1, reserved: 1 }),
      ];
    });
  },
};

export const oneShortOfThirty: Attack = {
  sentence: "A checkout of 30 lines whose 29th is short is told so by that line, and the other 29 hold nothing, then and a minute later",
  share: 0.05,
  run: async (market, rounds) => {
    const seller = await market.seller();
    const companies = await companiesOf(market, 8);
    return lead(market, 16, rounds, async (line) => {
      const offers = await seller.offers(Array.from({ length: 30 }, (_, index) => ({ units: index === 28 ? 0 : 8 })));
      const all = offers.map((offer) => ({ offer, quantity: 1 }));
      const placing = (index: number) => turn(companies, index).placing(index < 8 ? all : [{ offer: turn(offers, index), quantity: 8 }]);
      const answers = await line.release(requestsOf(16, placing));
      const held = async () => Promise.all(offers.map(async (offer) => (await market.stock(offer)).reserved));
      const due = offers.map((_, index) => (index >= 8 && index < 16 ? 8 : 0));
      const found = [
        // Lines 9 to 16 may be short too, when who asked for all of that offer came first; line 29 always is.
        ...unequal("thirty lines", tally(answers.slice(0, 8)), { "409 stock-short": 8 }),
        ...answers.slice(0, 8).flatMap((answer) => unequal("names line 29", namesLine(answer.body, "/lines/28"), true)),
        ...outcomes("one line each", answers.slice(8), { "201": 8 }),
        ...unequal("held at once", await held(), due),
      ];
      await market.moveClock(60_000);
      return [...found, ...unequal("held a minute later", await held(), due)];
    });
  },
};

function namesLine(body: Buffer, pointer: string): boolean {
  const { lines } = JSON.parse(body.toString("utf8")) as { lines?: { pointer: string }[] };
  return (lines ?? []).some((line) => line.pointer === pointer || line.pointer.startsWith(`${pointer}/`));
}

export const adjustAgainstPlacing: Attack = {
  sentence: "Of those who buy the last unit and those who take it off the books, one wins, and the numbers stay legal",
  share: 0.5,
  run: async (market, rounds) => {
    const seller = await market.seller();
    const supply = supplyOf(seller, { units: 1 }, rounds);
    const companies = await companiesOf(market, 8);
    return lead(market, 16, rounds, async (line) => {
      const offer = await supply();
      const adjusting = { reason: "lost", lines: [{ offer: offer.id, location: offer.location, delta: -1 }] };
      const request = (index: number) =>
        index % 2 === 0
          ? turn(companies, index / 2).placing([{ offer, quantity: 1 }])
          : seller.request("POST", "/v1/seller/stock/adjustments", adjusting);
      const answers = await line.release(requestsOf(16, request));
      const sold = answers.filter(({ status }, index) => index % 2 === 0 && status === 201).length;
      const lost = answers.filter(({ status }, index) => index % 2 === 1 && status < 300).length;
      const refusals = answers.filter(({ status }) => status >= 300).map((answer) => String(jsonOf(answer)["code"]));
      return [
        ...unequal("winners", sold + lost, 1),
        ...unequal(
          "other answers",
          refusals.filter((code) => code !== "stock-short" && code !== "stock-in-use"),
          [],
        ),
        ...unequal("stock", await market.stock(offer), { onHand: 1 - lost, reserved: sold }),
      ];
    });
  },
};
