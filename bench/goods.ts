import { type Caller, createCaller } from "../tests/support/caller.ts";
import type { ServerProcess } from "../tests/support/server.ts";
import { inParallel } from "./in-parallel.ts";

/** An offer of one seller, with units at the seller's one location. */
export type Offer = { readonly id: string; readonly seller: Caller };

/** A seller or company, and its owner. */
export type Organisation = { readonly id: string; readonly caller: Caller };

/** A market furnished through the public API. */
export type Goods = {
  /** The API keys of the buyers; each is of a company of its own. */
  readonly buyers: readonly string[];
  /** The ids of their companies, in the same order. */
  readonly companies: readonly string[];
  /** The offers, seller by seller. */
  readonly offers: readonly (readonly Offer[])[];
  /** A further offer of its own with so many units. */
  readonly offer: (units: number) => Promise<Offer>;
  /** A further seller, or a further company with credit. */
  readonly organisation: (kind: "sellers" | "companies", name: string) => Promise<Organisation>;
  /** How many units of an offer are on hand and how many of them are promised. */
  readonly stock: (offer: Offer) => Promise<{ readonly onHand: number; readonly reserved: number }>;
};

export type GoodsSize = { readonly sellers: number; readonly offersOfEach: number; readonly buyers: number };

const address = { street: "Hafenstr. 1", city: "Hamburg", postal_code: "20457", country: "DE" };
const contact = { name: "Kim Meyer", email: "kim@example.com" };
const ample = 100_000_000;
const creditLimit = 1_000_000_000_000;

/** Makes sellers with offers and stock, and companies with credit, by the bulk operations. */
export async function furnish(server: ServerProcess, operator: Caller, size: GoodsSize): Promise<Goods> {
  const introduced = await operator.send("PUT", "/v1/operator/profile", {
    ...{ name: "Bench", address, tax_number: "DE811111117", iban: "DE02120300000000202051", account_holder: "Bench" },
    ...{ series_prefix: "BENCH", time_zone: "Europe/Berlin" },
  });
  if (introduced.status !== 200) throw new Error(`no operator's profile: ${introduced.body.toString("utf8")}`);
  await operator.post("/v1/operator/tax-rates", {
    country: "DE",
    category: "standard",
    code: "S",
    rate_ppm: 190_000,
    valid_from: "2020-01-01",
  });
  await operator.post("/v1/operator/products", {
    title: "Unit",
    variants: [{ sku: "UNIT-1", title: "Unit", unit: "C62", attributes: {} }],
  });

  let opened = 0;
  const organisation = async (kind: "sellers" | "companies", name: string): Promise<Organisation> => {
    opened += 1;
    const legal = { name, address, contact, tax_number: `DE${100_000_000 + opened}`, activate: true };
    const facts = kind === "companies" ? legal : { ...legal, mandate: true, series_prefix: opened.toString(36).toUpperCase() };
    const { id } = await operator.post<{ id: string }>(`/v1/operator/${kind}`, facts);
    const { secret } = await operator.post<{ secret: string }>(`/v1/operator/${kind}/${id}/keys`, { name: "bench", role: "owner" });
    if (kind === "companies") {
      const limit = { amount: creditLimit, currency: "EUR" };
      await operator.post(`/v1/operator/companies/${id}/credit-accounts`, { currency: "EUR", limit });
    }
    return { id, caller: createCaller(() => server.url, secret) };
  };

  const offersOf = async (seller: Caller, name: string, quantities: readonly number[]): Promise<Offer[]> => {
    const { id: location } = await seller.post<{ id: string }>("/v1/seller/locations", { name, country: "DE" });
    const rows = quantities.map((_, index) => ({
      reference: `${name}-${index}`,
      sku: "UNIT-1",
      currency: "EUR",
      unit_price: { amount: 1_000 + index, currency: "EUR" },
      tax_category: "standard",
    }));
    const { results } = await seller.post<{ results: { id?: string }[] }>("/v1/seller/offers/bulk", { offers: rows });
    const offers = results.map(({ id }) => {
      if (id === undefined) throw new Error("an offer was left out");
      return { id, seller };
    });
    const lines = offers.map((offer, index) => ({ offer: offer.id, location, quantity: quantities[index] ?? 0 }));
    await seller.post("/v1/seller/stock/receipts", { lines });
    return offers;
  };

  const offers = await inParallel(size.sellers, async (index) => {
    const { caller } = await organisation("sellers", `seller ${index}`);
    return offersOf(
      caller,
      "Main",
      Array.from({ length: size.offersOfEach }, () => ample),
    );
  });
  const companies = await inParallel(size.buyers, (index) => organisation("companies", `company ${index}`));

  let further = 0;
  return {
    buyers: companies.map(({ caller }) => caller.secret),
    companies: companies.map(({ id }) => id),
    offers,
    organisation,
    offer: async (units) => {
      further += 1;
      const name = `further ${further}`;
      const { caller } = await organisation("sellers", name);
      const [made] = await offersOf(caller, name, [units]);
      if (made === undefined) throw new Error("no offer was made");
      return made;
    },
    stock: async ({ id, seller }) => {
      const { items } = await seller.get<{ items: { on_hand: number; reserved: number }[] }>(`/v1/seller/stock?offer=${id}`);
      return {
        onHand: items.reduce((sum, level) => sum + level.on_hand, 0),
        reserved: items.reduce((sum, level) => sum + level.reserved, 0),
      };
    },
  };
}
