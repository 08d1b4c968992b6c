import { amountAt, type Body, expectStatus, integerAt, listAt, objectAt, readAll, textAt } from "./api.ts";
import type { History } from "./history.ts";
import { inParallel } from "./in-parallel.ts";
import { type Means, type OpenedMarket, type OpenedParty, setupWidth } from "./market.ts";
import { daysUntil, type Placings } from "./place-orders.ts";
import { startProgress } from "./progress.ts";
import { readParcels, type Sent } from "./read-parcels.ts";
import { readCreditUsed, readOrderLists, readStock } from "./read-parties.ts";
import { added, addTo, type Counts, count, nothing, type Sum, type Sums, type Totals } from "./sums.ts";

/** What the market says of a history, and what its sellers and companies find in their own lists of orders. */
export type Actual = Totals & { readonly listedBySeller: Sums; readonly listedByCompany: Sums };

type OrderTotals = Pick<
  Totals,
  | "shipped"
  | "byStatus"
  | "bySeller"
  | "byCompany"
  | "byTaxCode"
  | "states"
  | "cancelledGross"
  | "promisedDays"
  | "ordersInTwoParcels"
  | "ordersThatAddUp"
>;

/** What the market says of a history's orders and stock, read anew through its API: nothing is taken from the answers of the writes. */
export async function actualTotals(history: History, market: OpenedMarket, placings: Placings, means: Means): Promise<Actual> {
  const { name } = history;
  const companies = namesById(market.companies);
  const orderIds: string[] = [];
  await readAll(means.api, means.operatorKey, "/v1/operator/orders", (row) => {
    if (companies.has(textAt(objectAt(row, "company"), "id"))) orderIds.push(textAt(row, "id"));
  });
  const parcels = await readParcels(`${name}: reading parcels`, new Set(orderIds), means);
  const orders = await readOrders(orderIds, parcels.byOrder, { history, market, placings, means });
  return {
    ...orders,
    all: [...orders.byStatus.values()].reduce(added, nothing),
    parcels: parcels.states,
    ...(await readStock(`${name}: reading stock`, market, means)),
    creditUsed: await readCreditUsed(`${name}: reading credit accounts`, market, means),
    listedBySeller: await readOrderLists(`${name}: reading sellers' orders`, "/v1/seller/orders", market.sellers, means),
    listedByCompany: await readOrderLists(`${name}: reading companies' orders`, "/v1/buyer/orders", market.companies, means),
  };
}

type Facts = { readonly history: History; readonly market: OpenedMarket; readonly placings: Placings; readonly means: Means };

async function readOrders(ids: readonly string[], sentFor: ReadonlyMap<string, Sent>, facts: Facts): Promise<OrderTotals> {
  const { history, market, placings, means } = facts;
  const names = { seller: namesById(market.sellers), company: namesById(market.companies) };
  const byReference = new Map<string, Sum>();
  const sums = { bySeller: new Map(), byCompany: new Map(), byTaxCode: new Map() } satisfies Record<string, Sums>;
  const offers = namesById(market.offers);
  const [states, shipped]: [Counts, Counts] = [new Map(), new Map()];
  let [cancelledGross, promisedDays, ordersInTwoParcels, ordersThatAddUp] = [0n, 0, 0, 0];
  const progress = startProgress(`${history.name}: reading orders`, ids.length);
  await inParallel(ids, setupWidth, async (id) => {
    const read = expectStatus(await means.api.get(means.operatorKey, `/v1/operator/orders/${id}`), 200);
    const reference = textAt(read, "client_reference").slice(means.run.length);
    const order = placings.placed.get(reference)?.order;
    const sum = sumOf(read);
    byReference.set(reference, { ...added(byReference.get(reference) ?? nothing, sum), orders: 1 });
    for (const party of ["seller", "company"] as const) {
      const name = names[party].get(textAt(objectAt(read, party), "id")) ?? "unknown";
      addTo(party === "seller" ? sums.bySeller : sums.byCompany, name, sum);
    }
    for (const code of new Set(listAt(read, "tax_groups").map((group) => textAt(group, "code")))) addTo(sums.byTaxCode, code, sum);
    for (const line of listAt(read, "lines")) count(shipped, offers.get(textAt(line, "offer")) ?? "unknown", integerAt(line, "shipped"));
    const state = textAt(read, "state");
    count(states, `${order?.status ?? "unknown"}.${state}`);
    cancelledGross += amountAt(read, "cancelled");
    const isOver = state === "cancelled" || state === "rejected";
    if (!isOver && order?.promisedInDays !== undefined) promisedDays += daysUntil(market, textAt(read, "promised_on"));
    const sent = sentFor.get(id);
    if (sent?.units === sum.units && sent.net === sum.goods) ordersThatAddUp += 1;
    if (sent?.parcels === 2) ordersInTwoParcels += 1;
    progress.tick();
  });
  progress.end();
  const byStatus: Sums = new Map();
  for (const [reference, sum] of byReference) addTo(byStatus, placings.placed.get(reference)?.order.status ?? "unknown", sum);
  return { byStatus, ...sums, states, shipped, cancelledGross, promisedDays, ordersInTwoParcels, ordersThatAddUp };
}

/** What an order says of itself; its goods are what its lines add up to. */
function sumOf(order: Body): Sum {
  const lines = listAt(order, "lines");
  return {
    orders: 1,
    units: lines.reduce((sum, line) => sum + integerAt(line, "quantity"), 0),
    goods: lines.reduce((sum, line) => sum + amountAt(line, "net"), 0n),
    freight: amountAt(order, "freight"),
    tax: amountAt(order, "tax"),
    gross: amountAt(order, "total"),
  };
}

function namesById(things: ReadonlyMap<string, Pick<OpenedParty, "id">>): Map<string, string> {
  return new Map([...things].map(([name, { id }]) => [id, name]));
}
