import type { Instant } from "../kernel/clock.ts";
import type { ApiKeyId, CompanyId, OfferId, SellerId } from "../kernel/ids.ts";
import type { Currency } from "../kernel/money.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** A postal address as it stands now. Country: ISO 3166-1 alpha-2. */
export type AddressFacts = { readonly street: string; readonly city: string; readonly postal_code: string; readonly country: string };

/** One side of a deal as it stands now. */
export type PartyFacts = { readonly name: string; readonly taxNumber: string | null; readonly address: AddressFacts };

/** An offer with its variant's words and its price terms: amounts in minor units of `currency` per `pricePer` units. */
export type OfferFacts = {
  readonly sellerId: SellerId;
  readonly offerId: OfferId;
  readonly reference: string;
  readonly sku: string;
  readonly title: string;
  readonly unit: string;
  readonly attributes: { readonly [name: string]: string };
  readonly currency: Currency;
  readonly unitPrice: bigint;
  readonly pricePer: number;
  readonly minimum: number;
  readonly step: number;
  readonly tierQuantities: readonly number[];
  readonly tierPrices: readonly bigint[];
  readonly taxCategory: string;
};

/** A tax rate of a delivery country, in parts per million, from a day to before another. */
export type TaxRateFacts = {
  readonly country: string;
  readonly category: string;
  readonly code: "S" | "Z";
  readonly ratePpm: number;
  readonly validFrom: string;
  readonly validUntil: string | null;
};

/** The master data that a batch of commands is judged on, read in one statement and so from one snapshot. */
export type PlacingFacts = {
  readonly now: Instant;
  readonly offers: ReadonlyMap<OfferId, OfferFacts>;
  readonly sellers: ReadonlyMap<SellerId, PartyFacts>;
  readonly companies: ReadonlyMap<CompanyId, PartyFacts>;
  /** The role of each caller's key that is not revoked; of a member's key it is the member's, and a member who was removed has none. */
  readonly roles: ReadonlyMap<ApiKeyId, string>;
  readonly taxRates: readonly TaxRateFacts[];
};

type PartyJson = {
  id: string;
  name: string;
  tax_number: string | null;
  street: string;
  city: string;
  postal_code: string;
  country: string;
};

type OfferJson = {
  seller_id: SellerId;
  offer_id: OfferId;
  reference: string;
  sku: string;
  title: string;
  unit: string;
  attributes: { [name: string]: string };
  currency: Currency;
  unit_price: string;
  price_per: number;
  minimum: number;
  step: number;
  tier_quantities: number[];
  tier_prices: string[];
  tax_category: string;
};

type TaxRateJson = {
  country: string;
  category: string;
  code: "S" | "Z";
  rate_ppm: number;
  valid_from: string;
  valid_until: string | null;
};

/** Which master data a batch needs. Countries are those of delivery addresses that the requests name. */
export type PlacingQuestions = {
  readonly offerIds: readonly OfferId[];
  readonly companyIds: readonly CompanyId[];
  readonly keyIds: readonly ApiKeyId[];
  readonly countries: readonly string[];
};

/**
 * Reads all master data of a batch in one statement. Read it once, when the locks are held: what changed before counts, what changes
 * after does not. An id that nothing answers to is absent from its map.
 */
export async function readPlacingFacts(reader: Reader, questions: PlacingQuestions): Promise<PlacingFacts> {
  const { offerIds, companyIds, keyIds, countries } = questions;
  const [row] = await reader.query(
    sql<{
      now: Instant;
      offers: OfferJson[];
      sellers: PartyJson[];
      companies: PartyJson[];
      keys: { key_id: ApiKeyId; role: string }[];
      tax_rates: TaxRateJson[];
    }>`
      with offer_facts as (
        select o.seller_id, o.offer_id, o.reference, v.sku, v.title, v.unit, v.attributes, o.currency, o.unit_price::text as unit_price,
          o.price_per, o.minimum, o.step, o.tier_quantities, o.tier_prices::text[] as tier_prices, o.tax_category
        from unnest(${offerIds}::uuid[]) as asked (offer_id)
          join offers o on o.offer_id = asked.offer_id
          join variants v on v.variant_id = o.variant_id
      ), company_facts as (
        select c.company_id as id, c.name, c.tax_number, c.street, c.city, c.postal_code, c.country
        from unnest(${companyIds}::uuid[]) as asked (company_id)
          join companies c on c.company_id = asked.company_id
      )
      select stoa_now() as now,
        (select coalesce(json_agg(f), '[]') from offer_facts f) as offers,
        (select coalesce(json_agg(f), '[]') from (
          select s.seller_id as id, s.name, s.tax_number, s.street, s.city, s.postal_code, s.country
          from (select distinct seller_id from offer_facts) asked
            join sellers s on s.seller_id = asked.seller_id) f) as sellers,
        (select coalesce(json_agg(f), '[]') from company_facts f) as companies,
        (select coalesce(json_agg(f), '[]') from (
          select k.key_id, coalesce(m.role, k.role) as role
          from unnest(${keyIds}::uuid[]) as asked (key_id)
            join api_keys k on k.key_id = asked.key_id
            left join members m on m.organisation_id = k.organisation_id and m.person_id = k.person_id
          where k.revoked_at is null and m.removed_at is null) f) as keys,
        (select coalesce(json_agg(f), '[]') from (
          select t.country, t.category, t.code, t.rate_ppm, t.valid_from, t.valid_until
          from tax_rates t
          where t.country = any (${countries}::text[]) or t.country in (select country from company_facts)) f) as tax_rates`,
  );
  if (row === undefined) throw new Error("a statement without a from clause answers one row");
  return {
    now: row.now,
    offers: new Map(row.offers.map((offer) => [offer.offer_id, toOfferFacts(offer)])),
    sellers: new Map(row.sellers.map((party) => [party.id as SellerId, toPartyFacts(party)])),
    companies: new Map(row.companies.map((party) => [party.id as CompanyId, toPartyFacts(party)])),
    roles: new Map(row.keys.map(({ key_id, role }) => [key_id, role])),
    taxRates: row.tax_rates.map((rate) => ({
      country: rate.country,
      category: rate.category,
      code: rate.code,
      ratePpm: rate.rate_ppm,
      validFrom: rate.valid_from,
      validUntil: rate.valid_until,
    })),
  };
}

function toOfferFacts(offer: OfferJson): OfferFacts {
  return {
    sellerId: offer.seller_id,
    offerId: offer.offer_id,
    reference: offer.reference,
    sku: offer.sku,
    title: offer.title,
    unit: offer.unit,
    attributes: offer.attributes,
    currency: offer.currency,
    unitPrice: BigInt(offer.unit_price),
    pricePer: offer.price_per,
    minimum: offer.minimum,
    step: offer.step,
    tierQuantities: offer.tier_quantities,
    tierPrices: offer.tier_prices.map(BigInt),
    taxCategory: offer.tax_category,
  };
}

function toPartyFacts(party: PartyJson): PartyFacts {
  return {
    name: party.name,
    taxNumber: party.tax_number,
    address: { street: party.street, city: party.city, postal_code: party.postal_code, country: party.country },
  };
}
