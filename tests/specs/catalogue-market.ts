import { operatorCategoryOperations } from "../../src/http/routes/operator/categories.ts";
import { operatorProductOperations } from "../../src/http/routes/operator/products.ts";
import { buyerCatalogueOperations } from "../../src/http/routes/buyer/catalogue.ts";
import { publicCatalogueOperations } from "../../src/http/routes/public/catalogue.ts";
import { publicSearchOperations } from "../../src/http/routes/public/search.ts";
import { sellerOfferLifeOperations } from "../../src/http/routes/seller/offer-life.ts";
import { sellerOfferOperations } from "../../src/http/routes/seller/offers.ts";
import { withExports } from "../../src/http/export.ts";
import { policy } from "../../src/http/policy.ts";
import { fromWireId, toWireId, type Uuid } from "../../src/kernel/ids.ts";
import type { Role } from "../../src/modules/identity/index.ts";
import { withReader } from "../../src/platform/db/index.ts";
import { newId, openSmallServer } from "../http/small-server.ts";
import { type Caller, createCaller } from "../support/caller.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";

/** A seller whom the operator has let in. */
export type CatalogueSeller = Caller & { readonly id: string; readonly uuid: Uuid; readonly location: Uuid };
export type CatalogueCompany = Caller & { readonly id: string; readonly uuid: Uuid };

/** The catalogue alone, behind a server in this process; organisations and goods are planted as the owner of the schema. */
export type CatalogueMarket = {
  readonly test: TestDatabase;
  readonly operator: Caller;
  /** Whoever asks without a key. */
  readonly stranger: Caller;
  seller(role?: Role): Promise<CatalogueSeller>;
  company(): Promise<CatalogueCompany>;
  keyOf(kind: "operator" | "seller" | "company", role: Role, organisation: Uuid): Caller;
  /** Puts units of an offer at its seller's location. */
  stock(seller: CatalogueSeller, offer: string, units: { onHand: number; reserved?: number; backorderLimit?: number }): Promise<void>;
  /** Suspends a seller, or lets it sell again. */
  suspend(seller: CatalogueSeller, suspended: boolean): Promise<void>;
  close(): Promise<void>;
};

const guarded = [
  "organisations",
  "persons",
  "sellers",
  "companies",
  "locations",
  "stock_levels",
  "price_lists",
  "price_list_companies",
  "price_list_prices",
];
const at = 1_795_000_000_000;

/** Opens a catalogue on a database of its own. */
export async function openCatalogueMarket(): Promise<CatalogueMarket> {
  const test = await openTestDatabase();
  const { database, owner } = test;
  await owner(guarded.map((table) => `alter table ${table} no force row level security`).join("; "));
  const browse = {
    asEverybody: <T>(work: Parameters<typeof withReader<T>>[2]) => withReader(database, { role: "stoa_public" }, work),
    asCompany: <T>(organisation: string, work: Parameters<typeof withReader<T>>[2]) =>
      withReader(database, { role: "stoa_application", organisation }, work),
  };
  const operations = withExports([
    ...operatorProductOperations,
    ...operatorCategoryOperations,
    ...sellerOfferOperations,
    ...sellerOfferLifeOperations,
    ...buyerCatalogueOperations(browse),
    ...publicCatalogueOperations,
    ...publicSearchOperations,
  ]);
  const rules = Object.fromEntries(Object.entries(policy).filter(([id]) => operations.some((operation) => operation.id === id)));
  const server = await openSmallServer({ operations, policy: rules, database });
  const callerOf = (authorization: string) => createCaller(() => server.url, authorization.replace("Bearer ", ""));
  const keyOf: CatalogueMarket["keyOf"] = (kind, role, organisation) => callerOf(server.key(kind, role, organisation));

  const enrol = async (kind: "operator" | "seller" | "company"): Promise<Uuid> => {
    const id = newId(at);
    await owner("insert into organisations (organisation_id, kind, created_at) values ($1, $2, stoa_now())", [id, kind]);
    await owner("insert into persons (organisation_id, person_id, name, email) values ($1, $1, 'Kim Meyer', 'kim@example.com')", [id]);
    return id;
  };
  let sellers = 0;
  const operatorId = await enrol("operator");
  return {
    test,
    operator: keyOf("operator", "admin", operatorId),
    stranger: createCaller(() => server.url, "nobody"),
    keyOf,
    seller: async (role = "owner") => {
      const uuid = await enrol("seller");
      sellers += 1;
      await owner(
        `insert into sellers (seller_id, state, name, street, city, postal_code, country, tax_number, mandate_at, mandate_by, series_prefix,
           contact_person_id, version, created_at)
         values ($1, 'applied', $2, 'Street 1', 'City', '10000', 'DE', 'DE123456789', stoa_now(), $1, $3, $1, 1, stoa_now())`,
        [uuid, `Seller ${sellers}`, `S${sellers}`],
      );
      await owner("update sellers set state = 'under_review', version = 2 where seller_id = $1", [uuid]);
      await owner("update sellers set state = 'active', version = 3 where seller_id = $1", [uuid]);
      const location = newId(at);
      await owner(
        "insert into locations (seller_id, location_id, name, country, version, created_at) values ($1, $2, 'Main', 'DE', 1, stoa_now())",
        [uuid, location],
      );
      return { ...keyOf("seller", role, uuid), id: toWireId("sel", uuid as never), uuid, location };
    },
    company: async () => {
      const uuid = await enrol("company");
      await owner(
        `insert into companies (company_id, state, name, street, city, postal_code, country, contact_person_id, version, created_at)
         values ($1, 'pending', 'Werft', 'Street 2', 'City', '10000', 'DE', $1, 1, stoa_now())`,
        [uuid],
      );
      return { ...keyOf("company", "purchaser", uuid), id: toWireId("cmp", uuid as never), uuid };
    },
    stock: async (seller, offer, { onHand, reserved = 0, backorderLimit = 0 }) => {
      await owner(
        `insert into stock_levels (seller_id, offer_id, location_id, on_hand, reserved, backorder_limit) values ($1, $2, $3, $4, $5, $6)
         on conflict (seller_id, offer_id, location_id) do update
         set on_hand = excluded.on_hand, reserved = excluded.reserved, backorder_limit = excluded.backorder_limit`,
        [seller.uuid, uuidOf(offer), seller.location, onHand, reserved, backorderLimit],
      );
    },
    suspend: async (seller, suspended) => {
      await owner("update sellers set state = $2, suspension = $3, version = version + 1 where seller_id = $1", [
        ...[seller.uuid, suspended ? "suspended" : "active", suspended ? "new" : null],
      ]);
    },
    close: async () => {
      await server.close();
      await test.close();
    },
  };
}

/** The id in the form of the database. */
export function uuidOf(wireId: string): Uuid {
  const uuid = fromWireId(wireId.slice(0, 3) as never, wireId);
  if (uuid === undefined) throw new Error(`${wireId} is no id`);
  return uuid;
}

let skus = 0;

/** A variant as an operator gives it, with a SKU of its own. */
export function givenVariant(words: Record<string, unknown> = {}) {
  skus += 1;
  return { sku: `SKU-${skus}`, title: "One", unit: "C62", attributes: {}, ...words };
}

export type ShownProduct = {
  readonly id: string;
  readonly title: string;
  readonly version: number;
  readonly withdrawn_at: string | null;
  readonly variants: readonly { readonly id: string; readonly sku: string; readonly gtin: string | null; readonly title: string }[];
  readonly allowed_actions: readonly string[];
};

/** An offer's row in a bulk upsert: 10.00 EUR each. */
export function offerRow(reference: string, sku: string, words: Record<string, unknown> = {}) {
  return { reference, sku, currency: "EUR", unit_price: { amount: 1_000, currency: "EUR" }, tax_category: "standard", ...words };
}

/** Makes offers of a seller and gives their ids in the order of the rows; throws when one is refused. */
export async function offered(seller: Caller, rows: readonly object[]): Promise<readonly string[]> {
  const { results } = await seller.post<{ results: { id?: string }[] }>("/v1/seller/offers/bulk", { offers: rows });
  return results.map(({ id }) => {
    if (id === undefined) throw new Error(`an offer was refused: ${JSON.stringify(results)}`);
    return id;
  });
}
