import { afterAll, beforeAll, expect, test } from "vitest";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { type OrderRead, orderOf } from "./order-stories.ts";

let market: OwnMarket;
let seller: Seller;
let company: Company;
beforeAll(async () => {
  market = await openMarket({ wire: true });
  [seller, company] = await Promise.all([market.seller(), market.company()]);
});
afterAll(() => market.close());

/** How many statements of all that is done about orders of so many lines, each on its connection from `begin` to the commit. */
async function countsOf(lines: number): Promise<Record<string, number>> {
  const { wire } = market;
  if (wire === undefined) throw new Error("the market was opened with a wire");
  const counts: Record<string, number> = {};
  const count = async <T>(name: string, write: () => Promise<T>): Promise<T> => {
    wire.forget();
    const answer = await write();
    const seen = wire.statements();
    const claims = seen.filter(({ sql }) => sql.includes("pg_try_advisory_xact_lock"));
    expect(claims).toHaveLength(1);
    counts[name] = seen.filter(({ connection }) => connection === claims[0]?.connection).length;
    return answer;
  };
  const offers = await seller.offers(Array.from({ length: lines }, () => ({ units: 30 })));
  const confirmed = async () => orderOf(await company.placed(offers.map((offer) => ({ offer, quantity: 4 }))));
  const each = (quantity: number) => offers.map((_, index) => ({ line_number: index + 1, quantity }));
  const say = <T = OrderRead>(who: "seller" | "buyer", path: string, body: object = {}) =>
    (who === "seller" ? seller : company).post<T>(`/v1/${who}/${path}`, body);
  const questionOf = ({ open_requests }: OrderRead) => open_requests[0]?.id ?? "";

  const first = await confirmed();
  await count("cancel a part", () => say("buyer", `orders/${first}/cancel`, { lines: each(1), reason: "fewer" }));
  const less = await count("ask for less", () => say("seller", `orders/${first}/accept`, { lines: each(2) }));
  await count("grant less", () => say("buyer", `order-requests/${questionOf(less)}/grant`));
  const asked = await count("ask to cancel", () => say("buyer", `orders/${first}/cancel`, { lines: each(1), reason: "fewer" }));
  await count("grant a cancellation", () => say("seller", `order-requests/${questionOf(asked)}/grant`));
  await count("cancel", () => say("seller", `orders/${first}/cancel`, { reason: "sold out" }));
  const second = await confirmed();
  await count("accept", () => say("seller", `orders/${second}/accept`));
  const third = await confirmed();
  await count("reject", () => say("seller", `orders/${third}/reject`, { reason: "no longer made" }));
  return counts;
}

test("what is done about orders sends as many statements for 500 lines as for one", { timeout: 120_000 }, async () => {
  const ofOne = await countsOf(1);
  expect(await countsOf(500)).toEqual(ofOne);
  expect(Math.max(...Object.values(ofOne))).toBeLessThan(40);
});
