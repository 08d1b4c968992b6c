/**
 * The market as simply as it can be said: what is on hand, what is held, what may be owed, and what was agreed. It shares nothing with
 * src/, so that an error there is not an error here too. One location for each offer, one currency, and no backorder.
 */

export type ModelOffer = {
  readonly seller: string;
  /** Minor units for one. */
  readonly price: bigint;
  /** Parts per million; offers of one rate are one tax group. */
  readonly ratePpm: bigint;
  readonly onHand: number;
  readonly held: number;
};

export type ModelOrder = {
  readonly seller: string;
  readonly state: "reserved" | "confirmed" | "expired" | "cancelled";
  readonly total: bigint;
  readonly lines: readonly { readonly offer: string; readonly quantity: number }[];
};

export type ModelCheckout = {
  readonly company: string;
  readonly reference: string;
  readonly method: "on_account" | "bank_transfer";
  readonly state: "pending_payment" | "confirmed" | "expired" | "cancelled";
  readonly orders: readonly ModelOrder[];
  /** What has come in for it, never more than is due. */
  readonly received: bigint;
};

export type ModelAccount = { readonly limit: bigint; readonly used: bigint };

/** Everything by the names the test gave: a checkout's name is the number of the command that placed it. */
export type ModelMarket = {
  readonly offers: Readonly<Record<string, ModelOffer>>;
  readonly accounts: Readonly<Record<string, ModelAccount>>;
  readonly checkouts: Readonly<Record<string, ModelCheckout>>;
  readonly bankReferences: readonly string[];
};

export type ModelLine = { readonly offer: string; readonly quantity: number };

export type ModelCommand =
  | {
      readonly verb: "place";
      readonly name: string;
      readonly company: string;
      readonly reference: string;
      readonly method: ModelCheckout["method"];
      readonly lines: readonly ModelLine[];
      /** What the company expects to pay; undefined: it does not say. */
      readonly expectedTotal?: bigint;
    }
  | { readonly verb: "cancel checkout"; readonly checkout: string }
  | { readonly verb: "cancel order"; readonly checkout: string; readonly order: number; readonly by: "company" | "seller" }
  | { readonly verb: "expire"; readonly checkout: string }
  /** The sellers' time to accept its confirmed orders is over. */
  | { readonly verb: "not accepted"; readonly checkout: string }
  | { readonly verb: "record receipt"; readonly checkout: string; readonly bankReference: string; readonly amount: bigint }
  | { readonly verb: "receive"; readonly offer: string; readonly quantity: number }
  | { readonly verb: "adjust"; readonly offer: string; readonly delta: number };

/** `done`: it must succeed and the market is then this; otherwise it must be refused with one of these codes and nothing changes. */
export type ModelOutcome =
  | { readonly done: true; readonly market: ModelMarket }
  | { readonly done: false; readonly codes: readonly string[] };

const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

/** Net and tax of one seller's lines; half a minor unit is rounded up, per group of one rate. */
function orderTotal(offers: ModelMarket["offers"], lines: readonly ModelLine[]): bigint {
  const nets = new Map<bigint, bigint>();
  for (const line of lines) {
    const { price, ratePpm } = must(offers[line.offer]);
    nets.set(ratePpm, (nets.get(ratePpm) ?? 0n) + price * BigInt(line.quantity));
  }
  return sum([...nets].map(([ratePpm, net]) => net + (2n * net * ratePpm + 1_000_000n) / 2_000_000n));
}

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("the model was asked for something it does not hold");
  return value;
}

/** What a company pays for these lines: the totals of its orders, one for each seller. */
export function modelTotal(offers: ModelMarket["offers"], lines: readonly ModelLine[]): bigint {
  return sum([...bySeller(offers, lines).values()].map((own) => orderTotal(offers, own)));
}

function bySeller(offers: ModelMarket["offers"], lines: readonly ModelLine[]): Map<string, ModelLine[]> {
  return Map.groupBy(lines, (line) => must(offers[line.offer]).seller);
}

/** Due or owed for a checkout: its orders that are not cancelled. */
export function modelDue(checkout: ModelCheckout): bigint {
  return sum(checkout.orders.filter((order) => order.state !== "cancelled").map((order) => order.total));
}

function hold(offers: ModelMarket["offers"], lines: readonly ModelLine[], sign: 1 | -1): ModelMarket["offers"] {
  const held = { ...offers };
  for (const { offer, quantity } of lines) {
    const level = must(held[offer]);
    held[offer] = { ...level, held: level.held + sign * quantity };
  }
  return held;
}

function charge(market: ModelMarket, checkout: ModelCheckout, amount: bigint): ModelMarket["accounts"] {
  if (checkout.method !== "on_account") return market.accounts;
  const account = must(market.accounts[checkout.company]);
  return { ...market.accounts, [checkout.company]: { ...account, used: account.used + amount } };
}

const refused = (...codes: string[]): ModelOutcome => ({ done: false, codes });
const live = (order: ModelOrder) => order.state === "reserved" || order.state === "confirmed";

function place(market: ModelMarket, command: Extract<ModelCommand, { verb: "place" }>): ModelOutcome {
  const { offers, accounts, checkouts } = market;
  const codes: string[] = [];
  const wanted = new Map<string, number>();
  for (const { offer, quantity } of command.lines) wanted.set(offer, (wanted.get(offer) ?? 0) + quantity);
  const short = [...wanted].some(([offer, quantity]) => quantity > must(offers[offer]).onHand - must(offers[offer]).held);
  if (short) codes.push("stock-short");
  const total = modelTotal(offers, command.lines);
  if ((command.expectedTotal ?? total) !== total) codes.push("total-differs");
  const account = must(accounts[command.company]);
  if (command.method === "on_account" && account.used + total > account.limit) codes.push("credit-exceeded");
  const sameReference = ({ company, reference }: ModelCheckout) => company === command.company && reference === command.reference;
  if (Object.values(checkouts).some(sameReference)) codes.push("reference-taken");
  if (codes.length > 0) return refused(...codes);

  const onAccount = command.method === "on_account";
  const checkout: ModelCheckout = {
    company: command.company,
    reference: command.reference,
    method: command.method,
    state: onAccount ? "confirmed" : "pending_payment",
    received: 0n,
    orders: [...bySeller(offers, command.lines)].map(([seller, lines]) => ({
      seller,
      state: onAccount ? "confirmed" : "reserved",
      total: orderTotal(offers, lines),
      lines,
    })),
  };
  return {
    done: true,
    market: {
      ...market,
      offers: hold(offers, command.lines, 1),
      accounts: charge(market, checkout, total),
      checkouts: { ...checkouts, [command.name]: checkout },
    },
  };
}

/** Ends the orders for which `ends` holds, gives back what they held and owed, and leaves the checkout in `state`. */
function end(
  market: ModelMarket,
  name: string,
  state: ModelCheckout["state"],
  orderState: ModelOrder["state"],
  ends: (order: ModelOrder, index: number) => boolean,
): ModelOutcome {
  const checkout = must(market.checkouts[name]);
  const ending = checkout.orders.filter((order, index) => live(order) && ends(order, index));
  const orders = checkout.orders.map((order) => (ending.includes(order) ? { ...order, state: orderState } : order));
  return {
    done: true,
    market: {
      ...market,
      offers: hold(
        market.offers,
        ending.flatMap(({ lines }) => lines),
        -1,
      ),
      accounts: charge(market, checkout, -sum(ending.map(({ total }) => total))),
      checkouts: { ...market.checkouts, [name]: { ...checkout, state, orders } },
    },
  };
}

function cancelOrder(market: ModelMarket, command: Extract<ModelCommand, { verb: "cancel order" }>): ModelOutcome {
  const checkout = must(market.checkouts[command.checkout]);
  if (!live(must(checkout.orders[command.order]))) return refused("state-conflict");
  const last = checkout.orders.every((order, index) => index === command.order || !live(order));
  const state = last && checkout.state === "pending_payment" ? "cancelled" : checkout.state;
  const ended = end(market, command.checkout, state, "cancelled", (_order, index) => index === command.order);
  return ended.done ? { done: true, market: confirmIfPaid(ended.market, command.checkout) } : ended;
}

/** A checkout that waits and has all that is due for it is confirmed; what is more is the company's. */
function confirmIfPaid(market: ModelMarket, name: string): ModelMarket {
  const checkout = must(market.checkouts[name]);
  const due = modelDue(checkout);
  if (checkout.state !== "pending_payment" || checkout.received < due) return market;
  const orders = checkout.orders.map((order) => (order.state === "reserved" ? { ...order, state: "confirmed" as const } : order));
  return { ...market, checkouts: { ...market.checkouts, [name]: { ...checkout, state: "confirmed", received: due, orders } } };
}

function recordReceipt(market: ModelMarket, command: Extract<ModelCommand, { verb: "record receipt" }>): ModelOutcome {
  const checkout = must(market.checkouts[command.checkout]);
  const codes: string[] = [];
  if (checkout.state !== "pending_payment") codes.push("state-conflict");
  if (market.bankReferences.includes(command.bankReference)) codes.push("bank-reference-used");
  if (codes.length > 0) return refused(...codes);
  const received = { ...checkout, received: checkout.received + command.amount };
  const bankReferences = [...market.bankReferences, command.bankReference];
  const after = { ...market, bankReferences, checkouts: { ...market.checkouts, [command.checkout]: received } };
  return { done: true, market: confirmIfPaid(after, command.checkout) };
}

function changeOnHand(market: ModelMarket, offer: string, delta: number): ModelOutcome {
  const level = must(market.offers[offer]);
  if (level.onHand + delta < level.held) return refused("stock-in-use");
  return { done: true, market: { ...market, offers: { ...market.offers, [offer]: { ...level, onHand: level.onHand + delta } } } };
}

/** What must come of `command` in this market. */
export function applyToModel(market: ModelMarket, command: ModelCommand): ModelOutcome {
  switch (command.verb) {
    case "place":
      return place(market, command);
    case "cancel checkout":
      return must(market.checkouts[command.checkout]).state === "pending_payment"
        ? end(market, command.checkout, "cancelled", "cancelled", () => true)
        : refused("state-conflict");
    case "cancel order":
      return cancelOrder(market, command);
    case "expire":
      return must(market.checkouts[command.checkout]).state === "pending_payment"
        ? end(market, command.checkout, "expired", "expired", () => true)
        : refused("state-conflict");
    case "not accepted":
      return end(
        market,
        command.checkout,
        must(market.checkouts[command.checkout]).state,
        "cancelled",
        ({ state }) => state === "confirmed",
      );
    case "record receipt":
      return recordReceipt(market, command);
    case "receive":
      return changeOnHand(market, command.offer, command.quantity);
    case "adjust":
      return changeOnHand(market, command.offer, command.delta);
  }
}

/** What was sent and what came of it: undefined when it succeeded, else the code of the refusal. */
export type Observed = { readonly command: ModelCommand; readonly code: string | undefined };

/**
 * Whether commands sent at the same time are explained by some order of one after another: the test of linearizability (Herlihy and Wing,
 * 1990), by search.
 * @returns every market that an explaining order ends in; none when there is no such order
 */
export function explanations(market: ModelMarket, observed: readonly Observed[]): readonly ModelMarket[] {
  const ends = new Map<string, ModelMarket>();
  const tried = new Set<string>();
  const search = (current: ModelMarket, left: readonly Observed[]) => {
    const signature = signatureOf(current);
    if (left.length === 0) ends.set(signature, current);
    const visit = `${signature} ${left.map((each) => observed.indexOf(each)).join()}`;
    if (tried.has(visit)) return;
    tried.add(visit);
    for (const [index, { command, code }] of left.entries()) {
      const outcome = applyIfPossible(current, command);
      if (outcome === undefined) continue;
      const fits = outcome.done ? code === undefined : code !== undefined && outcome.codes.includes(code);
      if (fits) search(outcome.done ? outcome.market : current, left.toSpliced(index, 1));
    }
  };
  search(market, observed);
  return [...ends.values()];
}

/** Equal texts for equal markets, in whatever order things came into them. */
function signatureOf(market: ModelMarket): string {
  const named = (members: object) => Object.entries(members).toSorted(([first], [second]) => (first < second ? -1 : 1));
  return JSON.stringify(
    [named(market.offers), named(market.accounts), named(market.checkouts), market.bankReferences.toSorted()],
    (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value),
  );
}

/** A command about a checkout that this order of things has not placed yet cannot come first. */
function applyIfPossible(market: ModelMarket, command: ModelCommand): ModelOutcome | undefined {
  return "checkout" in command && market.checkouts[command.checkout] === undefined ? undefined : applyToModel(market, command);
}
