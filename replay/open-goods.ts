import { type Body, expectStatus, listAt, textAt } from "./api.ts";
import { type HistoricalLine, type History, offerKey } from "./history.ts";
import { inParallel } from "./in-parallel.ts";
import { type Means, type OpenedOffer, type OpenedSeller, setupWidth } from "./market.ts";
import { startProgress } from "./progress.ts";
import { sellerParts } from "./seller-parts.ts";
import { shareOf } from "./shares.ts";

const linesOfACall = 1_000;
const variantsOfAProduct = 100;
/**
 * Goods weigh what their delivery costs, so that a plan by weight gives each order the freight of the file. Ten grams stand for a minor
 * unit: a plan's first step carries two grams at least, and that step is free.
 */
const gramsOfAMinorUnit = 10n;
const freeGrams = 2;

/** Makes a history's products, freight plans, offers and stock. */
export async function openGoods(
  history: History,
  sellers: ReadonlyMap<string, OpenedSeller>,
  means: Means,
): Promise<Map<string, OpenedOffer>> {
  const lines = history.orders.flatMap((order) => order.lines);
  await openProducts(history, lines, means);
  await openFreightPlans(history, sellers, means);
  return openOffers(history, lines, sellers, means);
}

async function openProducts(history: History, lines: readonly HistoricalLine[], { api, operatorKey, run }: Means): Promise<void> {
  const variants = new Map(lines.map((line) => [skuOf(history, run, line), line]));
  const chunks = chunked([...variants], variantsOfAProduct);
  const progress = startProgress(`${history.name}: products`, chunks.length);
  await inParallel(chunks, setupWidth, async (chunk, index) => {
    const given = chunk.map(([sku, line]) => ({
      ...{ sku, title: line.sku, unit: "C62", attributes: {} },
      weight_grams: Number(line.freightMinor * gramsOfAMinorUnit),
    }));
    const body = { title: `${history.name} ${index + 1}`, variants: given };
    expectStatus(await api.write(operatorKey, "/v1/operator/products", `${run}product-${history.name}-${index}`, body), 201);
    progress.tick();
  });
  progress.end();
}

/** By seller, the freights of its orders: one step of a plan each, in ascending order. Sellers that ask for none have none. */
export function freightSteps(history: History): Map<string, { readonly upToGrams: number; readonly amount: bigint }[]> {
  const freights = new Map<string, Set<bigint>>();
  for (const order of history.orders) {
    for (const { seller, freight } of sellerParts(order, history)) freights.set(seller, (freights.get(seller) ?? new Set()).add(freight));
  }
  const steps = new Map<string, { upToGrams: number; amount: bigint }[]>();
  for (const [seller, amounts] of freights) {
    const ascending = [...amounts].toSorted((a, b) => Number(a - b));
    if (ascending.at(-1) === 0n) continue;
    const gramsOf = (amount: bigint) => (amount === 0n ? freeGrams : Number(amount * gramsOfAMinorUnit));
    steps.set(
      seller,
      ascending.map((amount) => ({ upToGrams: gramsOf(amount), amount })),
    );
  }
  return steps;
}

async function openFreightPlans(history: History, sellers: ReadonlyMap<string, OpenedSeller>, { api, run }: Means): Promise<void> {
  const { currency } = history;
  const plans = freightSteps(history);
  if (plans.size === 0) return;
  const progress = startProgress(`${history.name}: freight plans`, plans.size);
  await inParallel([...plans], setupWidth, async ([seller, steps]) => {
    const plan = {
      ...{ name: `${run}Replayed`, kind: "by_weight", currency },
      steps: steps.map(({ upToGrams, amount }) => ({ up_to_grams: upToGrams, amount: { amount: Number(amount), currency } })),
    };
    expectStatus(await api.write(sellers.get(seller)?.key ?? "", "/v1/seller/freight-plans", `${run}freight`, plan), 201);
    progress.tick();
  });
  progress.end();
}

async function openOffers(
  history: History,
  lines: readonly HistoricalLine[],
  sellers: ReadonlyMap<string, OpenedSeller>,
  { api, run, stock }: Means,
): Promise<Map<string, OpenedOffer>> {
  const demanded = new Map<string, { line: HistoricalLine; demand: number }>();
  for (const line of lines) {
    const before = demanded.get(offerKey(line))?.demand ?? 0;
    demanded.set(offerKey(line), { line, demand: before + line.quantity });
  }
  const bySeller = Map.groupBy(demanded.values(), ({ line }) => line.seller);
  const offers = new Map<string, OpenedOffer>();
  const progress = startProgress(`${history.name}: offers and stock`, bySeller.size);
  await inParallel([...bySeller], setupWidth, async ([seller, wanted]) => {
    const { key = "", location = "" } = sellers.get(seller) ?? {};
    for (const [index, chunk] of chunked(wanted, linesOfACall).entries()) {
      const rows = chunk.map(({ line }) => {
        const price = { amount: Number(line.priceMinor), currency: history.currency };
        const sku = skuOf(history, run, line);
        return { reference: referenceOf(run, line), sku, currency: history.currency, unit_price: price, tax_category: "replayed" };
      });
      const upserted = expectStatus(await api.write(key, "/v1/seller/offers/bulk", `${run}offers-${index}`, { offers: rows }), 200);
      const ids = listAt(upserted, "results").map(idOfResult);
      const received = chunk.map(({ demand }) => shareOf(demand, stock));
      for (const [at, { line, demand }] of chunk.entries()) {
        offers.set(offerKey(line), { id: ids[at] ?? "", demand, received: received[at] ?? 0 });
      }
      const arrived = ids.map((offer, at) => ({ offer, location, quantity: received[at] ?? 0 })).filter(({ quantity }) => quantity > 0);
      if (arrived.length === 0) continue;
      expectStatus(await api.write(key, "/v1/seller/stock/receipts", `${run}receipt-${index}`, { lines: arrived }), 201);
    }
    progress.tick();
  });
  progress.end();
  return offers;
}

function idOfResult(result: Body): string {
  if (result["ok"] !== true) throw new Error(`an offer was left out: ${JSON.stringify(result)}`);
  return textAt(result, "id");
}

/** A variant for each good and freight, because the weight is the variant's. */
function skuOf({ name }: History, run: string, { sku, freightMinor }: HistoricalLine): string {
  return `${run}${name}-${sku}-${freightMinor}`;
}

function referenceOf(run: string, { sku, priceMinor, freightMinor }: HistoricalLine): string {
  return `${run}${sku}-${priceMinor}-${freightMinor}`;
}

function chunked<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
