import { type Caller, createCaller } from "../tests/support/caller.ts";
import type { ServerProcess } from "../tests/support/server.ts";
import { inParallel } from "./in-parallel.ts";

/** An offer of one seller, with units at the seller's one location. */
export type Offer = { readonly id: string; readonly seller: Caller };

/** A seller or company, and its owner. */
export type Organisation = { readonly id: string; readonly caller: Caller };

/** A seller, and the one location where its units are. */
export type Seller = Organisation & { readonly location: string };

/** A market furnished through the public API. */
export type Goods = {
  /** The API keys of the buyers; each is of a company of its own. */
  readonly buyers: readonly string[];
  /** The ids of their companies, in the same order. */
  readonly companies: readonly string[];
  /** The offers, seller by seller. */
  readonly offers: readonly (readonly Offer[])[];
  /** The sellers, in the same order. */
  readonly sellers: readonly Seller[];
  /** A further seller with an offer for each number of units. */
  readonly seller: (quantities: readonly number[]) => Promise<{ readonly seller: Seller; readonly offers: readonly Offer[] }>;
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
  // A tenth of everything, so that each invoice is charged a commission.
  await operator.post("/v1/operator/commission-plans", {
    ...{ name: "All", currency: "EUR", valid_from: "2020-01-01", steps: [{ from: { amount: 0, currency: "EUR" }, rate_ppm: 100_000 }] },
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

  const sellerOf = async (name: string, quantities: readonly number[]): Promise<{ seller: Seller; offers: Offer[] }> => {
    const { id: sellerId, caller: seller } = await organisation("sellers", name);
    const { id: location } = await seller.post<{ id: string }>("/v1/seller/locations", { name: "Main", country: "DE" });
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
    return { seller: { id: sellerId, caller: seller, location }, offers };
  };

  const shops = await inParallel(size.sellers, (index) =>
    sellerOf(
      `seller ${index}`,
      Array.from({ length: size.offersOfEach }, () => ample),
    ),
  );
  const companies = await inParallel(size.buyers, (index) => organisation("companies", `company ${index}`));

  let further = 0;
  const furtherSeller: Goods["seller"] = (quantities) => {
    further += 1;
    return sellerOf(`further ${further}`, quantities);
  };
  return {
    buyers: companies.map(({ caller }) => caller.secret),
    companies: companies.map(({ id }) => id),
    offers: shops.map(({ offers }) => offers),
    sellers: shops.map(({ seller }) => seller),
    organisation,
    seller: furtherSeller,
    offer: async (units) => {
      const { offers } = await furtherSeller([units]);
      const [made] = offers;
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
