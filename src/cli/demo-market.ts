import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Misconfigured } from "./misconfigured.ts";

/** Whoever acts in the demo market, and the key by which. */
export type DemoParty = { readonly id: string; readonly name: string; readonly key: string };

/** The keys of the demo market, as they are kept beside its data. `offers` are what the first order is placed for. */
export type DemoKeys = {
  readonly operator: { readonly key: string };
  readonly sellers: readonly DemoParty[];
  readonly companies: readonly DemoParty[];
  readonly offers: readonly string[];
};

/** Sends a write of the API with its idempotency key, by POST unless told; gives its status and body. */
export type Send = (
  path: string,
  request: { readonly method?: "PUT"; readonly key: string; readonly idempotencyKey: string; readonly body: object },
) => Promise<{ readonly status: number; readonly body: unknown }>;

const fileName = "demo-keys.json";

/**
 * The kept keys; undefined when there are none. Those of a market that was not finished have no parties yet.
 *
 * @throws Misconfigured when another user keeps them
 */
export async function readDemoKeys(folder: string): Promise<DemoKeys | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, fileName), "utf8")) as DemoKeys;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return undefined;
    if (code === "EACCES") throw new Misconfigured(`${join(folder, fileName)} is another user's: start as that user, or set STOA_DATA.`);
    throw error;
  }
}

/** Keeps the keys so that only their owner can read them, whole or not at all. */
export async function keepDemoKeys(folder: string, keys: DemoKeys): Promise<void> {
  const path = join(folder, fileName);
  await writeFile(`${path}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

const operator = {
  name: "Stoa Marktplatz GmbH",
  address: { street: "Am Markt 1", city: "Hamburg", postal_code: "20095", country: "DE" },
  tax_number: "DE100000064",
  iban: "DE02120300000000202051",
  bic: "BYLADEM1001",
  account_holder: "Stoa Marktplatz GmbH",
  series_prefix: "STOA",
  time_zone: "Europe/Berlin",
} as const;

const sellers = [
  {
    ...{ name: "Nordlicht Schrauben GmbH", city: "Hamburg", street: "Speicherstr. 12", postal: "20457" },
    ...{ email: "vertrieb@nordlicht.example", taxNumber: "DE100000013", series: "NS" },
  },
  {
    ...{ name: "Isar Arbeitsschutz KG", city: "München", street: "Lindwurmstr. 80", postal: "80337" },
    ...{ email: "vertrieb@isar.example", taxNumber: "DE100000021", series: "IA" },
  },
] as const;

const companies = [
  {
    ...{ name: "Havel Maschinenbau AG", city: "Potsdam", street: "Uferweg 3", postal: "14467" },
    ...{ email: "einkauf@havel.example", taxNumber: "DE100000048" },
  },
  {
    ...{ name: "Küstenwerft Süd GmbH", city: "Rostock", street: "Werftallee 21", postal: "18119" },
    ...{ email: "einkauf@werft.example", taxNumber: "DE100000056" },
  },
] as const;

const variants = [
  { sku: "BOLT-M8-40", title: "Hexagon bolt M8 × 40, A2", unit: "C62", attributes: { thread: "M8", length_mm: "40" } },
  { sku: "NUT-M8", title: "Hexagon nut M8, A2", unit: "C62", attributes: { thread: "M8" } },
  { sku: "GLOVE-9", title: "Work gloves, size 9", unit: "PR", attributes: { size: "9" } },
  { sku: "HELMET-W", title: "Safety helmet, white", unit: "C62", attributes: { colour: "white" } },
] as const;

// Cents; the bolts are priced per 100, and a tenth off from ten times the minimum on.
const offers = [
  [
    { reference: "NS-BOLT-840", sku: "BOLT-M8-40", price: 1_250, tierPrice: 1_125, per: 100, step: 50, minimum: 50, units: 100_000 },
    { reference: "NS-NUT-8", sku: "NUT-M8", price: 480, tierPrice: 432, per: 100, step: 100, minimum: 100, units: 80_000 },
  ],
  [
    { reference: "IA-GLOVE-9", sku: "GLOVE-9", price: 690, tierPrice: 621, per: 1, step: 1, minimum: 1, units: 2_000 },
    { reference: "IA-HELMET-W", sku: "HELMET-W", price: 1_890, tierPrice: 1_701, per: 1, step: 1, minimum: 1, units: 500 },
  ],
] as const;

const euro = (amount: number) => ({ amount, currency: "EUR" });

/**
 * Furnishes a small market through the API itself, every step under a fixed idempotency key: a start that was killed in the middle is
 * taken up where it stopped.
 */
export async function furnishDemoMarket(send: Send, operatorKey: string): Promise<DemoKeys> {
  const write = async (path: string, key: string, step: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await send(path, { key, idempotencyKey: `demo-${step}`, body });
    if (answer.status >= 300) throw new Error(`the demo market could not be furnished: ${path} answered ${JSON.stringify(answer.body)}`);
    return answer.body as Record<string, unknown>;
  };

  /** A key of an organisation. An answer that shows a secret is repeated for one hour only; after that another key is made. */
  const issueKey = async (path: string, step: string): Promise<string> => {
    for (let attempt = 1; ; attempt += 1) {
      const body = { name: "demo", role: "owner" };
      const answer = await send(path, { key: operatorKey, idempotencyKey: `demo-${step}-${attempt}`, body });
      const { secret, code } = answer.body as { secret?: string; code?: string };
      if (secret !== undefined) return secret;
      if (code !== "answer-no-longer-available") throw new Error(`no demo key: ${JSON.stringify(answer.body)}`);
    }
  };

  const enrol = async (kind: "sellers" | "companies", index: number): Promise<DemoParty> => {
    const party = (kind === "sellers" ? sellers : companies)[index];
    if (party === undefined) throw new Error("the demo market has two of each");
    const made = await write(`/v1/operator/${kind}`, operatorKey, `${kind}-${index}`, {
      name: party.name,
      address: { street: party.street, city: party.city, postal_code: party.postal, country: "DE" },
      tax_number: party.taxNumber,
      contact: { name: "Demo", email: party.email },
      activate: true,
      ...("series" in party ? { mandate: true, series_prefix: party.series, time_zone: "Europe/Berlin" } : {}),
    });
    const id = String(made["id"]);
    return { id, name: party.name, key: await issueKey(`/v1/operator/${kind}/${id}/keys`, `${kind}-${index}-key`) };
  };

  const said = await send("/v1/operator/profile", { method: "PUT", key: operatorKey, idempotencyKey: "demo-operator", body: operator });
  if (said.status !== 200) throw new Error(`the demo market has no operator's profile: ${JSON.stringify(said.body)}`);
  for (const [category, rate] of [["standard", 190_000] as const, ["reduced", 70_000] as const]) {
    const body = { country: "DE", category, code: "S", rate_ppm: rate, valid_from: "2020-07-01" };
    await write("/v1/operator/tax-rates", operatorKey, `tax-${category}`, body);
  }
  await write("/v1/operator/products", operatorKey, "product", { title: "Workshop supplies", variants });

  const openSellers: DemoParty[] = [];
  const offered: string[] = [];
  for (const [index, range] of offers.entries()) {
    const seller = await enrol("sellers", index);
    openSellers.push(seller);
    offered.push(...(await stockShelves(write, seller, index, range)));
  }
  const openCompanies: DemoParty[] = [];
  for (const index of companies.keys()) {
    const company = await enrol("companies", index);
    openCompanies.push(company);
    const body = { currency: "EUR", limit: euro(5_000_000) };
    await write(`/v1/operator/companies/${company.id}/credit-accounts`, operatorKey, `credit-${index}`, body);
  }
  return { operator: { key: operatorKey }, sellers: openSellers, companies: openCompanies, offers: offered };
}

type Write = (path: string, key: string, step: string, body: object) => Promise<Record<string, unknown>>;

/** @returns the ids of the seller's offers, in the order of `range` */
async function stockShelves(write: Write, seller: DemoParty, index: number, range: (typeof offers)[number]): Promise<readonly string[]> {
  const location = await write("/v1/seller/locations", seller.key, `location-${index}`, { name: "Main warehouse", country: "DE" });
  const rows = range.map(({ reference, sku, price, tierPrice, per, step, minimum }) => ({
    reference,
    sku,
    currency: "EUR",
    unit_price: euro(price),
    price_per: per,
    minimum,
    step,
    tiers: [{ from_quantity: minimum * 10, unit_price: euro(tierPrice) }],
    tax_category: "standard",
  }));
  const { results } = await write("/v1/seller/offers/bulk", seller.key, `offers-${index}`, { offers: rows });
  const ids = (results as readonly { id?: string }[]).map(({ id }) => id ?? "");
  const lines = ids.map((offer, at) => ({ offer, location: String(location["id"]), quantity: range[at]?.units ?? 0 }));
  await write("/v1/seller/stock/receipts", seller.key, `stock-${index}`, { lines });
  return ids;
}

/** The line that places a first order: two sellers in one checkout. Sent again it gives the same answer and places nothing. */
export function firstOrderLine(url: string, { companies: [company], offers: [bolts, , gloves] }: DemoKeys): string {
  const body = {
    client_reference: "FIRST-ORDER",
    currency: "EUR",
    payment_method: "on_account",
    lines: [
      { offer: bolts, quantity: 500 },
      { offer: gloves, quantity: 10 },
    ],
  };
  return [
    `curl -sS ${url}/v1/buyer/checkouts`,
    `-H 'authorization: Bearer ${company?.key ?? ""}'`,
    "-H 'content-type: application/json'",
    "-H 'idempotency-key: first-order'",
    `-d '${JSON.stringify(body)}'`,
  ].join(" ");
}
