import { createHash } from "node:crypto";
import { type Api, type Body, expectStatus, listAt, textAt } from "./api.ts";
import { type History, type HistoricalLine, offerKey } from "./history.ts";
import { inParallel } from "./in-parallel.ts";
import { startProgress } from "./progress.ts";

/** What of a history's parties and goods now stands in the market. */
export type OpenedMarket = {
  /** Keys of the API, by the seller's and the customer's name in the files. */
  readonly sellers: ReadonlyMap<string, { readonly id: string; readonly key: string }>;
  readonly companies: ReadonlyMap<string, { readonly id: string; readonly key: string }>;
  /** Offer ids, units demanded and units received, by `offerKey`. */
  readonly offers: ReadonlyMap<string, OpenedOffer>;
};

export type OpenedOffer = { readonly id: string; readonly demand: number; readonly received: number };

type Means = {
  readonly api: Api;
  readonly operatorKey: string;
  /** Stands before every reference and SKU, so that a market of one's own can be used more than once. */
  readonly run: string;
  readonly stock: { readonly numerator: bigint; readonly denominator: bigint } | undefined;
};

const setupWidth = 16;
const linesOfACall = 1_000;
const variantsOfAProduct = 100;
/** More than any company of the files ever owes. */
const creditLimit = 1_000_000_000_000;

/** Makes the sellers, companies, goods, offers and stock that a history needs, by the public API alone. */
export async function openMarket(history: History, means: Means): Promise<OpenedMarket> {
  const { api, operatorKey, run } = means;
  await openTax(history, means);
  const lines = history.orders.flatMap((order) => order.lines);
  await openProducts(history, lines, means);
  const companies = await openParties("companies", new Set(history.orders.map(({ customer }) => customer)), history, means);
  const progress = startProgress(`${history.name}: credit accounts`, companies.size);
  await inParallel([...companies.values()], setupWidth, async ({ id }) => {
    const body = { currency: history.currency, limit: { amount: creditLimit, currency: history.currency } };
    expectStatus(await api.write(operatorKey, `/v1/operator/companies/${id}/credit-accounts`, `${run}credit-${id}`, body), 201);
    progress.tick();
  });
  progress.end();
  const sellers = await openParties("sellers", new Set(lines.map(({ seller }) => seller)), history, means);
  const offers = await openOffers(history, lines, sellers, means);
  return { sellers, companies, offers };
}

async function openTax({ name, country }: History, { api, operatorKey, run }: Means): Promise<void> {
  const body = { country, category: "replayed", code: "Z", rate_ppm: 0, valid_from: "2000-01-01" };
  const answer = await api.write(operatorKey, "/v1/operator/tax-rates", `${run}tax-${name}`, body);
  if (answer.body["code"] !== "tax-rate-exists") expectStatus(answer, 201);
}

async function openProducts(history: History, lines: readonly HistoricalLine[], { api, operatorKey, run }: Means): Promise<void> {
  const skus = [...new Set(lines.map(({ sku }) => sku))];
  const chunks = chunked(skus, variantsOfAProduct);
  const progress = startProgress(`${history.name}: products`, chunks.length);
  await inParallel(chunks, setupWidth, async (chunk, index) => {
    const variants = chunk.map((sku) => ({ sku: skuOf(history, run, sku), title: sku, unit: "C62", attributes: {} }));
    const body = { title: `${history.name} ${index + 1}`, variants };
    expectStatus(await api.write(operatorKey, "/v1/operator/products", `${run}product-${history.name}-${index}`, body), 201);
    progress.tick();
  });
  progress.end();
}

async function openParties(
  kind: "sellers" | "companies",
  names: ReadonlySet<string>,
  { name: history, country }: History,
  { api, operatorKey, run }: Means,
): Promise<Map<string, { id: string; key: string }>> {
  const opened = new Map<string, { id: string; key: string }>();
  const progress = startProgress(`${history}: ${kind}`, names.size);
  await inParallel([...names], setupWidth, async (name) => {
    const address = { street: "Replay 1", city: "Replay", postal_code: "00000", country };
    const contact = { name: "Replay", email: "replay@example.org" };
    // A prefix is unique in its market, and nothing else but the name tells sellers of repeated runs apart.
    const series = createHash("sha256").update(`${run}${history}${name}`).digest("hex").slice(0, 8).toUpperCase();
    const legal = { name: `${run}${name}`, address, contact, tax_number: `${country}123456789`, activate: true };
    const party = kind === "companies" ? legal : { ...legal, mandate: true, series_prefix: series };
    const made = expectStatus(await api.write(operatorKey, `/v1/operator/${kind}`, `${run}${kind}-${history}-${name}`, party), 201);
    const id = textAt(made, "id");
    const key = { name: "replay", role: "owner" };
    const issued = expectStatus(await api.write(operatorKey, `/v1/operator/${kind}/${id}/keys`, `${run}key-${id}`, key), 201);
    opened.set(name, { id, key: textAt(issued, "secret") });
    progress.tick();
  });
  progress.end();
  return opened;
}

async function openOffers(
  history: History,
  lines: readonly HistoricalLine[],
  sellers: ReadonlyMap<string, { readonly key: string }>,
  means: Means,
): Promise<Map<string, OpenedOffer>> {
  const { api, run } = means;
  const demanded = new Map<string, { line: HistoricalLine; demand: number }>();
  for (const line of lines) {
    const before = demanded.get(offerKey(line))?.demand ?? 0;
    demanded.set(offerKey(line), { line, demand: before + line.quantity });
  }
  const bySeller = Map.groupBy(demanded.values(), ({ line }) => line.seller);
  const offers = new Map<string, OpenedOffer>();
  const progress = startProgress(`${history.name}: offers and stock`, bySeller.size);
  await inParallel([...bySeller], setupWidth, async ([seller, wanted]) => {
    const key = sellers.get(seller)?.key ?? "";
    const place = { name: `${run}Main`, country: history.country };
    const location = textAt(expectStatus(await api.write(key, "/v1/seller/locations", `${run}location`, place), 201), "id");
    for (const [index, chunk] of chunked(wanted, linesOfACall).entries()) {
      const rows = chunk.map(({ line }) => {
        const price = { amount: Number(line.priceMinor), currency: history.currency };
        const sku = skuOf(history, run, line.sku);
        return { reference: referenceOf(run, line), sku, currency: history.currency, unit_price: price, tax_category: "replayed" };
      });
      const upserted = expectStatus(await api.write(key, "/v1/seller/offers/bulk", `${run}offers-${index}`, { offers: rows }), 200);
      const ids = listAt(upserted, "results").map(idOfResult);
      const received = chunk.map(({ demand }) => shareOf(demand, means.stock));
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

/** floor(share × demand); the whole demand without a share. */
export function shareOf(demand: number, stock: Means["stock"]): number {
  return stock === undefined ? demand : Number((BigInt(demand) * stock.numerator) / stock.denominator);
}

function skuOf({ name }: History, run: string, sku: string): string {
  return `${run}${name}-${sku}`;
}

function referenceOf(run: string, { sku, priceMinor }: HistoricalLine): string {
  return `${run}${sku}-${priceMinor}`;
}

function chunked<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
