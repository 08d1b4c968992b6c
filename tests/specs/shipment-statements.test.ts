import { afterAll, beforeAll, expect, test } from "vitest";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { type Shipping, shippingOf, type Units } from "./shipment-stories.ts";

let market: OwnMarket;
let shipping: Shipping;
beforeAll(async () => {
  market = await openMarket({ wire: true });
  shipping = shippingOf(market, await market.seller(), await market.company());
});
afterAll(() => market.close());

/** How many statements the write sent on its connection, from `begin` to the commit. */
async function statementsOf<T>(write: () => Promise<T>): Promise<{ count: number; answer: T }> {
  const { wire } = market;
  if (wire === undefined) throw new Error("the market was opened with a wire");
  wire.forget();
  const answer = await write();
  const seen = wire.statements();
  const claims = seen.filter(({ sql }) => sql.includes("pg_try_advisory_xact_lock"));
  expect(claims).toHaveLength(1);
  const mine = seen.filter(({ connection }) => connection === claims[0]?.connection);
  return { count: mine.length, answer };
}

/** The numbers of statements of all that is done about shipments of so many lines, in the order it is done. */
async function countsOf(lines: number): Promise<Record<string, number>> {
  const offers = await shipping.seller.offers(Array.from({ length: lines }, () => ({ units: 10 })));
  const order = await shipping.ordered(
    offers,
    offers.map(() => 4),
  );
  const each: Units = offers.map((_, index) => [index + 1, 1] as const);
  const counts: Record<string, number> = {};
  const count = async <T>(name: string, write: () => Promise<T>): Promise<T> => {
    const { count: statements, answer } = await statementsOf(write);
    counts[name] = statements;
    return answer;
  };
  const dropped = await count("pack", () => shipping.packed(order, each));
  await count("cancel", () => shipping.done("seller", dropped.id, "cancel", { reason: "wrong box" }));
  const first = await shipping.packed(order, each);
  await count("ship", () => shipping.done("seller", first.id, "ship"));
  const second = await count("pack and ship", () => shipping.shipped(order, each));
  await count("deliver", () => shipping.done("buyer", first.id, "deliver"));
  await count("lose", () => shipping.done("seller", second.id, "lose", { reason: "not seen" }));
  const anew = await count("replace", () => shipping.done("seller", second.id, "resolve", { how: "replace" }));
  await count("cancel the replacement", () => shipping.done("seller", anew.id, "cancel", { reason: "wrong box" }));
  await count("credit", () => shipping.done("seller", second.id, "resolve", { how: "credit" }));
  const third = await shipping.shipped(order, each);
  await count("refuse", () => shipping.done("buyer", third.id, "refuse", { reason: "box is open" }));
  const back = each.map(([line_number]) => ({ line_number, restock: 1, scrap: 0 }));
  await count("take back", () => shipping.done("seller", third.id, "take-back", { lines: back }));
  return counts;
}

test("what is done about shipments sends as many statements for 500 lines as for one", { timeout: 120_000 }, async () => {
  const ofOne = await countsOf(1);
  expect(await countsOf(500)).toEqual(ofOne);
  expect(Math.max(...Object.values(ofOne))).toBeLessThan(50);
});
