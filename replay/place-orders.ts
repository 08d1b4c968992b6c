import { expectStatus, listAt, objectAt, textAt } from "./api.ts";
import { type HistoricalOrder, type History, offerKey } from "./history.ts";
import { inParallel } from "./in-parallel.ts";
import type { Means, OpenedMarket } from "./market.ts";
import { startProgress } from "./progress.ts";
import { totalOf } from "./seller-parts.ts";
import { isPrepaid } from "./ways-of-paying.ts";

/** An order that was placed, and the id of the market's order of each of its sellers, by the seller's name in the files. */
export type PlacedOrder = {
  readonly order: HistoricalOrder;
  readonly orderIds: ReadonlyMap<string, string>;
  /** The id of its checkout, and what is written into the transfer that pays it; undefined on account. */
  readonly checkout: string;
  readonly paymentReference: string | undefined;
};

/** What became of the placing: the orders that were placed, by reference, and how many were refused for which reason. */
export type Placings = {
  readonly placed: ReadonlyMap<string, PlacedOrder>;
  readonly refused: Readonly<Record<string, number>>;
  readonly seconds: number;
};

/** Places every order of a history for exactly what the file says, begun in time order, `concurrency` at a time. */
export async function placeOrders(history: History, market: OpenedMarket, { api, run, concurrency }: Means): Promise<Placings> {
  const { currency } = history;
  const sellerOf = new Map([...market.sellers].map(([name, { id }]) => [id, name]));
  const placed = new Map<string, PlacedOrder>();
  const refused: Record<string, number> = {};
  const progress = startProgress(`${history.name}: orders`, history.orders.length);
  const began = performance.now();
  await inParallel(history.orders, concurrency, async (order) => {
    const total = totalOf(history, order);
    const prepaid = isPrepaid(order.reference);
    const body = {
      client_reference: `${run}${order.reference}`,
      currency,
      payment_method: prepaid ? "bank_transfer" : "on_account",
      lines: order.lines.map((line) => ({ offer: market.offers.get(offerKey(line))?.id, quantity: line.quantity })),
      expected_total: { amount: Number(total), currency },
      ...(order.promisedInDays === undefined ? {} : { requested_on: promisedDay(market, order.promisedInDays) }),
    };
    const key = market.companies.get(order.customer)?.key ?? "";
    const answer = await api.write(key, "/v1/buyer/checkouts", `place-${run}${order.reference}`, body);
    if (answer.status === 201) {
      const orders = listAt(answer.body, "orders");
      const orderIds = new Map(orders.map((each) => [sellerOf.get(textAt(objectAt(each, "seller"), "id")) ?? "", textAt(each, "id")]));
      const paymentReference = prepaid ? textAt(answer.body, "payment_reference") : undefined;
      placed.set(order.reference, { order, orderIds, checkout: textAt(answer.body, "id"), paymentReference });
    } else {
      const code = answer.body["code"];
      // Only a shortage is an answer that the history can live with; anything else is a mistake of ours.
      if (code !== "stock-short") expectStatus(answer, 201);
      refused["stock-short"] = (refused["stock-short"] ?? 0) + 1;
    }
    progress.tick();
  });
  progress.end();
  return { placed, refused, seconds: (performance.now() - began) / 1000 };
}

const dayMillis = 86_400_000;

/**
 * The day that a purchase's promise is for if it were made on the day after the history is begun: a day that is not over before the last
 * order is accepted.
 */
export function promisedDay({ begunOn }: Pick<OpenedMarket, "begunOn">, days: number): string {
  return new Date(Date.parse(begunOn) + (days + 1) * dayMillis).toISOString().slice(0, 10);
}

/** How many days a promised day is after the one on which a purchase is taken to be made. */
export function daysUntil({ begunOn }: Pick<OpenedMarket, "begunOn">, promisedOn: string): number {
  return Math.round((Date.parse(promisedOn) - Date.parse(begunOn)) / dayMillis) - 1;
}
