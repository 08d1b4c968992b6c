import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { orderOf } from "../specs/order-stories.ts";

/** Whole numbers below a bound, the same for the same seed (mulberry32). */
function randomFrom(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

type Line = {
  readonly line_number: number;
  readonly quantity: number;
  readonly packed: number;
  readonly shipped: number;
  readonly cancelled: number;
};
type OrderNow = {
  readonly state: string;
  readonly version: number;
  readonly total: { readonly amount: number };
  readonly cancelled: { readonly amount: number };
  readonly lines: readonly (Line & { readonly net: { readonly amount: number }; readonly tax: { readonly rate_ppm: number } })[];
  readonly open_requests: readonly { readonly id: string; readonly kind: string }[];
  readonly freight: { readonly amount: number };
};

type Freight = "none" | "whole" | "per unit";

let market: OwnMarket;
const sellers = new Map<Freight, Seller>();
let company: Company;
beforeAll(async () => {
  market = await openMarket({ servers: 2 });
  company = await market.company();
  for (const freight of ["none", "whole", "per unit"] as const) {
    const seller = await market.seller();
    sellers.set(freight, seller);
    if (freight === "none") continue;
    const plan = {
      name: "Parcel",
      kind: freight === "whole" ? "flat" : "per_unit",
      currency: "EUR",
      amount: { amount: 333, currency: "EUR" },
    };
    await seller.post("/v1/seller/freight-plans", { ...plan, tax_category: "standard" });
  }
});
afterAll(async () => {
  await market?.close();
});

const R = (net: bigint, ppm: bigint) => (net * ppm * 2n + 1_000_000n) / 2_000_000n;
const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

/**
 * What is left of an order that nothing was shipped of, reckoned anew: its units at their prices, which are whole numbers here, the
 * freight of the units that are left, and the tax on that by group.
 */
function worthOfRest({ lines, freight }: OrderNow, kind: Freight): bigint {
  const [all, gone] = [sum(lines.map(({ quantity }) => BigInt(quantity))), sum(lines.map(({ cancelled }) => BigInt(cancelled)))];
  const nets = new Map<bigint, bigint>();
  for (const line of lines) {
    const price = BigInt(line.net.amount) / BigInt(line.quantity);
    const rate = BigInt(line.tax.rate_ppm);
    nets.set(rate, (nets.get(rate) ?? 0n) + price * BigInt(line.quantity - line.cancelled));
  }
  const whole = BigInt(freight.amount);
  const left = kind === "per unit" ? whole - (whole * gone) / all : gone === all ? 0n : whole;
  nets.set(190_000n, (nets.get(190_000n) ?? 0n) + left);
  return sum([...nets].map(([rate, net]) => net + R(net, rate)));
}

const rules = { 200: true, 409: true } as const;

/** Does something to the order, by whoever may; the answer is done or an expected no. */
async function step(random: (bound: number) => number, seller: Seller, id: string, now: OrderNow): Promise<HttpAnswer> {
  const line = now.lines[random(now.lines.length)];
  const lines = [{ line_number: line?.line_number, quantity: 1 + random(4) }];
  const question = now.open_requests[random(Math.max(1, now.open_requests.length))];
  const parties = { seller: [seller, "seller"], buyer: [company, "buyer"], operator: [market.operator, "operator"] } as const;
  const say = (who: keyof typeof parties, path: string, body: object) => {
    const [caller, audience] = parties[who];
    return caller.send("POST", `/v1/${audience}/${path}`, body);
  };
  const cancels = (who: keyof typeof parties) => say(who, `orders/${id}/cancel`, { lines, reason: "plans changed" });
  switch (random(question === undefined ? 9 : 13)) {
    case 0:
      return say("seller", `orders/${id}/accept`, {});
    case 1:
    case 2:
      return say("seller", `orders/${id}/accept`, { lines: lines.map(({ line_number }) => ({ line_number, quantity: random(4) })) });
    case 3:
      return random(8) === 0 ? say("seller", `orders/${id}/reject`, { reason: "no longer made" }) : cancels("seller");
    case 4:
      return random(8) === 0 ? say("buyer", `orders/${id}/cancel`, { reason: "all of it" }) : cancels("buyer");
    case 5:
      return cancels("operator");
    case 6:
    case 7:
      return cancels("buyer");
    case 8:
      return cancels("seller");
    case 9:
    case 10:
      return say(question?.kind === "acceptance" ? "buyer" : "seller", `order-requests/${question?.id}/grant`, {});
    case 11:
      return say(question?.kind === "acceptance" ? "buyer" : "seller", `order-requests/${question?.id}/decline`, {});
    default:
      return say(question?.kind === "acceptance" ? "seller" : "buyer", `order-requests/${question?.id}/withdraw`, {});
  }
}

const runs = (["none", "whole", "per unit"] as const).flatMap((freight) =>
  Array.from({ length: 6 }, (_, index) => ({ freight, seed: 1_000 * freight.length + index })),
);

test.each(runs)(
  "whatever is accepted, asked and cancelled of an order with freight $freight (seed $seed), its parts add up",
  async ({ freight, seed }) => {
    const random = randomFrom(seed);
    const seller = sellers.get(freight);
    if (seller === undefined) throw new Error("no seller");
    const used = await market.creditUsed(company);
    const terms = Array.from({ length: 1 + random(3) }, () => ({
      price: 1 + random(9_999),
      units: 12,
      taxCategory: random(3) === 0 ? ("reduced" as const) : ("standard" as const),
    }));
    const offers = await seller.offers(terms);
    const id = orderOf(await company.placed(offers.map((offer) => ({ offer, quantity: 2 + random(10) }))));
    const read = () => seller.get<OrderNow>(`/v1/seller/orders/${id}`);
    let now = await read();
    for (let count = 0; count < 30; count += 1) {
      const answer = await step(random, seller, id, now);
      const code = answer.status === 200 ? undefined : jsonOf<{ code: string }>(answer).code;
      expect([undefined, "state-conflict", "units-not-open", "acceptance-empty", "request-open"]).toContain(code);
      expect(answer.status in rules || code === "acceptance-empty").toBe(true);
      const after = await read();
      // A refusal changes nothing; each change is one version, and no unit comes back.
      if (code !== undefined) expect(after).toEqual(now);
      expect(after.version - now.version).toBeLessThanOrEqual(1);
      for (const [index, line] of after.lines.entries()) expect(line.cancelled).toBeGreaterThanOrEqual(now.lines[index]?.cancelled ?? 0);
      expect(BigInt(after.total.amount) - BigInt(after.cancelled.amount), `step ${count}`).toBe(worthOfRest(after, freight));
      expect((await market.creditUsed(company)) - used).toBe(after.total.amount - after.cancelled.amount);
      now = after;
    }
    for (const [index, offer] of offers.entries()) {
      const line = now.lines[index];
      expect((await market.stock(offer)).reserved).toBe((line?.quantity ?? 0) - (line?.cancelled ?? 0));
    }
  },
);

test("all of this leaves a market in which doctor finds nothing", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
