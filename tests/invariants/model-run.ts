import fc from "fast-check";
import { jsonOf, type HttpRequest, type StartLine } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import type { Checkout, Company, Market, Offer, Seller } from "../support/market.ts";
import {
  applyToModel,
  explanations,
  modelDue,
  modelTotal,
  type ModelCommand,
  type ModelLine,
  type ModelMarket,
  type Observed,
} from "../support/model.ts";
import { until } from "./attack.ts";

/** What a run wants to do next; which checkout, offer or company that is depends on what there is when its turn comes. */
export type Intent = { readonly verb: ModelCommand["verb"]; readonly picks: readonly number[]; readonly odd: boolean };

const verbs: readonly [number, ModelCommand["verb"]][] = [
  [8, "place"],
  [2, "cancel checkout"],
  [4, "cancel order"],
  [2, "record receipt"],
  [1, "receive"],
  [2, "adjust"],
];

const intentOf = (choices: readonly [number, ModelCommand["verb"]][]): fc.Arbitrary<Intent> =>
  fc.record({
    verb: fc.oneof(...choices.map(([weight, verb]) => ({ weight, arbitrary: fc.constant(verb) }))),
    picks: fc.array(fc.nat(1000), { minLength: 8, maxLength: 8 }),
    odd: fc.nat(5).map((roll) => roll === 0),
  });

/** Steps of one after another (a group of one) and of several at once. */
export const plan = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.tuple(intentOf([...verbs, [1, "expire"]])) },
    { weight: 2, arbitrary: fc.array(intentOf(verbs), { minLength: 2, maxLength: 5 }) },
  ),
  { minLength: 3, maxLength: 12 },
);

/** The actors and goods of one run, and the names the model knows them by. */
export type Cast = {
  readonly market: Market;
  readonly line: StartLine;
  readonly offers: Readonly<Record<string, Offer>>;
  readonly sellers: Readonly<Record<string, Seller>>;
  readonly companies: Readonly<Record<string, Company>>;
};

const transferDeadlineMillis = 168 * 3_600_000;
const prices = [999n, 1001n, 105n, 7n];
const rates = [190_000n, 70_000n, 190_000n, 70_000n];

/** Two sellers with two offers each, a few units of each, and two companies with little credit. */
export async function openCast(
  market: Market,
  line: StartLine,
  sellers: readonly [Seller, Seller],
): Promise<{ cast: Cast; model: ModelMarket }> {
  const terms = prices.map((price, index) => ({
    price: Number(price),
    units: 3 + index,
    taxCategory: rates[index] === 190_000n ? ("standard" as const) : ("reduced" as const),
  }));
  const offers = [...(await sellers[0].offers(terms.slice(0, 2))), ...(await sellers[1].offers(terms.slice(2)))];
  const companies = [await market.company({ credit: 5000 }), await market.company({ credit: 9000 })];
  const named = <Value>(values: readonly Value[], prefix: string) =>
    Object.fromEntries(values.map((value, index) => [`${prefix}${index}`, value]));
  return {
    cast: { market, line, offers: named(offers, "o"), sellers: named(sellers, "s"), companies: named(companies, "c") },
    model: {
      offers: named(
        prices.map((price, index) => ({ seller: index < 2 ? "s0" : "s1", price, ratePpm: rates[index] ?? 0n, onHand: 3 + index, held: 0 })),
        "o",
      ),
      accounts: { c0: { limit: 5000n, used: 0n }, c1: { limit: 9000n, used: 0n } },
      checkouts: {},
      bankReferences: [],
    },
  };
}

const must = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error("the run asked for something it does not know");
  return value;
};
const pick = <Value>(values: readonly Value[], at: number | undefined): Value | undefined => values[(at ?? 0) % Math.max(1, values.length)];

/** The command that an intent comes to in this market; undefined when there is nothing to do it to. */
function commandOf(intent: Intent, model: ModelMarket, number: number): ModelCommand | undefined {
  const [first, second, third, fourth, fifth] = intent.picks;
  const offers = Object.keys(model.offers);
  const offer = must(pick(offers, first));
  if (intent.verb === "receive") return { verb: "receive", offer, quantity: 1 + ((second ?? 0) % 3) };
  if (intent.verb === "adjust") return { verb: "adjust", offer, delta: [-2, -1, 1][(second ?? 0) % 3] ?? 1 };
  if (intent.verb === "place") {
    const lines: ModelLine[] = intent.picks.slice(0, 1 + ((second ?? 0) % 3)).map((at, index) => ({
      offer: must(pick(offers, at)),
      quantity: 1 + ((intent.picks[index + 4] ?? 0) % 3),
    }));
    const known = Object.values(model.checkouts).map(({ reference }) => reference);
    const expected = modelTotal(model.offers, lines);
    return {
      verb: "place",
      name: `k${number}`,
      company: must(pick(Object.keys(model.accounts), third)),
      reference: intent.odd ? (pick(known, fourth) ?? `R${number}`) : `R${number}`,
      method: (fourth ?? 0) % 2 === 0 ? "on_account" : "bank_transfer",
      lines,
      ...((fifth ?? 0) % 3 === 0 ? { expectedTotal: intent.odd ? expected + 1n : expected } : {}),
    };
  }
  const checkout = pick(Object.keys(model.checkouts), first);
  if (checkout === undefined) return undefined;
  const found = must(model.checkouts[checkout]);
  if (intent.verb === "cancel order") {
    return {
      verb: "cancel order",
      checkout,
      order: (second ?? 0) % found.orders.length,
      by: (third ?? 0) % 2 === 0 ? "company" : "seller",
    };
  }
  if (intent.verb === "record receipt") {
    const bankReference = intent.odd ? (pick(model.bankReferences, third) ?? `B${number}`) : `B${number}`;
    // All of it, one too much, one too little; where nothing is due any more, the smallest amount there is.
    const about = modelDue(found) + must([1n, 0n, -1n, 0n][(fourth ?? 0) % 4]);
    const amount = about > 0n ? about : 1n;
    return { verb: "record receipt", checkout, bankReference, amount };
  }
  return { verb: intent.verb, checkout };
}

type Run = Cast & { model: ModelMarket; readonly placed: Map<string, Checkout>; readonly salt: string };

function requestOf(run: Run, command: ModelCommand): HttpRequest {
  if (command.verb === "place") {
    const lines = command.lines.map(({ offer, quantity }) => ({ offer: must(run.offers[offer]), quantity }));
    const expected = command.expectedTotal === undefined ? {} : { expectedTotal: Number(command.expectedTotal) };
    return must(run.companies[command.company]).placing(lines, { reference: command.reference, method: command.method, ...expected });
  }
  if (command.verb === "receive" || command.verb === "adjust") {
    const { id: offer, location, seller } = must(run.offers[command.offer]);
    return command.verb === "receive"
      ? seller.request("POST", "/v1/seller/stock/receipts", { lines: [{ offer, location, quantity: command.quantity }] })
      : seller.request("POST", "/v1/seller/stock/adjustments", { reason: "count", lines: [{ offer, location, delta: command.delta }] });
  }
  const { id, orders } = must(run.placed.get(command.checkout));
  const known = must(run.model.checkouts[command.checkout]);
  const company = must(run.companies[known.company]);
  const reason = { reason: "changed our mind" };
  if (command.verb === "record receipt") {
    const receipt = { bank_reference: `${run.salt}-${command.bankReference}`, amount: { amount: Number(command.amount), currency: "EUR" } };
    return run.market.operator.request("POST", `/v1/operator/checkouts/${id}/receipts`, receipt);
  }
  if (command.verb === "cancel order") {
    const seller = must(run.sellers[must(known.orders[command.order]).seller]);
    const order = must(orders.find((each) => each.seller.id === seller.id)).id;
    return command.by === "company"
      ? company.request("POST", `/v1/buyer/orders/${order}/cancel`, reason)
      : seller.request("POST", `/v1/seller/orders/${order}/cancel`, reason);
  }
  return company.request("POST", `/v1/buyer/checkouts/${id}/cancel`, reason);
}

const inText = (value: unknown) => JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? Number(each) : each));

/** What the model says, in the shape in which the market can be asked. */
function told(model: ModelMarket): string {
  return inText({
    offers: Object.values(model.offers).map(({ onHand, held }) => [onHand, held]),
    used: Object.values(model.accounts).map(({ used }) => used),
    checkouts: Object.keys(model.checkouts)
      .toSorted()
      .map((name) => {
        const { state, orders } = must(model.checkouts[name]);
        return [name, state, Object.fromEntries(orders.map((order) => [order.seller, order.state]).toSorted())];
      }),
  });
}

/** What the market says. */
async function asked({ market, offers, companies, sellers, placed }: Run): Promise<string> {
  const sellerName = (id: string) => must(Object.keys(sellers).find((name) => sellers[name]?.id === id));
  const levels = await Promise.all(Object.values(offers).map((offer) => market.stock(offer)));
  const used = await Promise.all(Object.values(companies).map((company) => market.creditUsed(company)));
  const checkouts = await Promise.all(
    [...placed.keys()].toSorted().map(async (name) => {
      const { state, orders } = await market.operator.get<Checkout>(`/v1/operator/checkouts/${must(placed.get(name)).id}`);
      return [name, state, Object.fromEntries(orders.map((order) => [sellerName(order.seller.id), order.state]).toSorted())];
    }),
  );
  return inText({ offers: levels.map(({ onHand, reserved }) => [onHand, reserved]), used, checkouts });
}

/**
 * Lets the deadlines of all pending checkouts pass, and with them those of all orders that their sellers have not accepted, and waits
 * until the market has seen it.
 */
async function expireAll(run: Run): Promise<void> {
  const all = Object.keys(run.model.checkouts);
  const pending = all.filter((name) => run.model.checkouts[name]?.state === "pending_payment");
  await run.market.moveClock(transferDeadlineMillis + 1000);
  for (const checkout of all.filter((name) => run.model.checkouts[name]?.state === "confirmed")) {
    const path = `/v1/operator/checkouts/${must(run.placed.get(checkout)).id}`;
    await until("no order waits for its seller", async () =>
      (await run.market.operator.get<Checkout>(path)).orders.every(({ state }) => state !== "confirmed"),
    );
    const outcome = applyToModel(run.model, { verb: "not accepted", checkout });
    if (outcome.done) run.model = outcome.market;
  }
  for (const checkout of pending) {
    const path = `/v1/operator/checkouts/${must(run.placed.get(checkout)).id}`;
    await until("it has expired", async () => (await run.market.operator.get<Checkout>(path)).state !== "pending_payment");
    const outcome = applyToModel(run.model, { verb: "expire", checkout });
    if (outcome.done) run.model = outcome.market;
  }
}

/**
 * Sends a plan's groups one after another, each group at once, and holds what comes against the model: the answers of a group must be
 * explained by some order of its commands, and the market must then be what one of these orders ends in.
 * @returns what is not explained
 */
export async function runPlan(
  cast: Cast,
  model: ModelMarket,
  groups: readonly (readonly Intent[])[],
  salt: string,
): Promise<readonly string[]> {
  const run: Run = { ...cast, model, placed: new Map(), salt };
  let number = 0;
  for (const group of groups) {
    if (group[0]?.verb === "expire") {
      await expireAll(run);
      continue;
    }
    const commands = group.flatMap((intent) => {
      number += 1;
      return commandOf(intent, run.model, number) ?? [];
    });
    const answers = await run.line.release(commands.map((command) => requestOf(run, command)));
    const observed = commands.map((command, index): Observed => ({ command, code: codeOf(must(answers[index])) }));
    for (const [index, { command, code }] of observed.entries()) {
      if (command.verb === "place" && code === undefined) run.placed.set(command.name, jsonOf<Checkout>(must(answers[index])));
    }
    const possible = explanations(run.model, observed);
    if (possible.length === 0) return [`no order explains ${inText(observed)} from ${inText(run.model)}`];
    const seen = await asked(run);
    const next = possible.find((end) => told(end) === seen);
    if (next === undefined) return [`after ${inText(observed)} the market says ${seen}, the model ${possible.map(told).join(" or ")}`];
    run.model = next;
  }
  return [];
}
