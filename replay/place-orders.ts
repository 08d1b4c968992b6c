import { type Api, expectStatus, listAt, textAt } from "./api.ts";
import { type HistoricalOrder, type History, offerKey } from "./history.ts";
import { inParallel } from "./in-parallel.ts";
import type { OpenedMarket } from "./open-market.ts";
import { startProgress } from "./progress.ts";

/** What became of the placing: the checkout of each order that was placed, and how many were refused for which reason. */
export type Placings = {
  readonly placed: ReadonlyMap<string, { readonly order: HistoricalOrder; readonly orderIds: readonly string[] }>;
  readonly refused: Readonly<Record<string, number>>;
  readonly seconds: number;
};

type Means = { readonly api: Api; readonly run: string; readonly concurrency: number };

/** Places every order of a history on account, begun in time order, `concurrency` at a time. */
export async function placeOrders(history: History, market: OpenedMarket, { api, run, concurrency }: Means): Promise<Placings> {
  const placed = new Map<string, { order: HistoricalOrder; orderIds: string[] }>();
  const refused: Record<string, number> = {};
  const progress = startProgress(`${history.name}: orders`, history.orders.length);
  const began = performance.now();
  await inParallel(history.orders, concurrency, async (order) => {
    const body = {
      client_reference: `${run}${order.reference}`,
      currency: history.currency,
      payment_method: "on_account",
      lines: order.lines.map((line) => ({ offer: market.offers.get(offerKey(line))?.id, quantity: line.quantity })),
    };
    const key = market.companies.get(order.customer)?.key ?? "";
    const answer = await api.write(key, "/v1/buyer/checkouts", `place-${run}${order.reference}`, body);
    if (answer.status === 201) {
      placed.set(order.reference, { order, orderIds: listAt(answer.body, "orders").map((each) => textAt(each, "id")) });
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

/** Cancels, as their companies, all orders that the file says were cancelled. */
export async function cancelOrders(history: History, market: OpenedMarket, placings: Placings, { api, concurrency }: Means): Promise<void> {
  const cancelled = [...placings.placed.values()].filter(({ order }) => order.cancelled);
  const progress = startProgress(`${history.name}: cancellations`, cancelled.length);
  await inParallel(cancelled, concurrency, async ({ order, orderIds }) => {
    const key = market.companies.get(order.customer)?.key ?? "";
    for (const id of orderIds) {
      expectStatus(await api.write(key, `/v1/buyer/orders/${id}/cancel`, `cancel-${id}`, { reason: "cancelled in the file" }), 200);
    }
    progress.tick();
  });
  progress.end();
}
