import { type Api, type Body, expectStatus, integerAt, listAt, objectAt, readAll, textAt } from "./api.ts";
import type { History } from "./history.ts";
import { inParallel } from "./in-parallel.ts";
import type { OpenedMarket } from "./open-market.ts";
import type { Placings } from "./place-orders.ts";
import { startProgress } from "./progress.ts";
import { addTo, type Sum, type Sums, type Totals } from "./sums.ts";

type Means = { readonly api: Api; readonly operatorKey: string; readonly run: string };

const readWidth = 16;

/** What the market says of a history's orders and stock, read anew through its API: nothing is taken from the answers of the writes. */
export async function actualTotals(
  history: History,
  market: OpenedMarket,
  placings: Placings,
  { api, operatorKey, run }: Means,
): Promise<Totals & { readonly misstated: number }> {
  const companies = new Set([...market.companies.values()].map(({ id }) => id));
  const orderIds: string[] = [];
  await readAll(api, operatorKey, "/v1/operator/orders", (row) => {
    if (companies.has(textAt(objectAt(row, "company"), "id"))) orderIds.push(textAt(row, "id"));
  });
  const sellerOf = new Map([...market.sellers].map(([name, { id }]) => [id, name]));
  const byReference = new Map<string, { sum: Sum; states: string[] }>();
  const bySeller: Sums = new Map();
  const progress = startProgress(`${history.name}: reading orders`, orderIds.length);
  await inParallel(orderIds, readWidth, async (id) => {
    const order = expectStatus(await api.get(operatorKey, `/v1/operator/orders/${id}`), 200);
    const lines = listAt(order, "lines");
    const units = lines.reduce((sum, line) => sum + integerAt(line, "quantity"), 0);
    const goods = amountAt(order, "net");
    const reference = textAt(order, "client_reference").slice(run.length);
    const before = byReference.get(reference) ?? { sum: { orders: 1, units: 0, goods: 0n }, states: [] };
    const sum = { orders: 1, units: before.sum.units + units, goods: before.sum.goods + goods };
    byReference.set(reference, { sum, states: [...before.states, textAt(order, "state")] });
    addTo(bySeller, sellerOf.get(textAt(objectAt(order, "seller"), "id")) ?? "unknown", { orders: 1, units, goods });
    progress.tick();
  });
  progress.end();
  const all: Sums = new Map();
  const byStatus: Sums = new Map();
  let misstated = 0;
  for (const [reference, { sum, states }] of byReference) {
    const order = placings.placed.get(reference)?.order;
    const wanted = order?.cancelled === true ? "cancelled" : "confirmed";
    if (order === undefined || states.some((state) => state !== wanted)) misstated += 1;
    addTo(all, "all", sum);
    addTo(byStatus, order?.status ?? "unknown", sum);
  }
  return {
    all: all.get("all") ?? { orders: 0, units: 0, goods: 0n },
    byStatus,
    bySeller,
    held: await heldUnits(history, market, { api }),
    misstated,
  };
}

/** Units that are reserved of each offer, as each seller's stock shows them. */
export async function heldUnits(history: History, market: OpenedMarket, { api }: Pick<Means, "api">): Promise<Map<string, number>> {
  const nameOf = new Map([...market.offers].map(([name, { id }]) => [id, name]));
  const held = new Map<string, number>();
  const progress = startProgress(`${history.name}: reading stock`, market.sellers.size);
  await inParallel([...market.sellers.values()], readWidth, async ({ key }) => {
    await readAll(api, key, "/v1/seller/stock", (row) => {
      const name = nameOf.get(textAt(row, "offer"));
      if (name !== undefined) held.set(name, (held.get(name) ?? 0) + integerAt(row, "reserved"));
    });
    progress.tick();
  });
  progress.end();
  return held;
}

function amountAt(body: Body, name: string): bigint {
  return BigInt(integerAt(objectAt(body, name), "amount"));
}
