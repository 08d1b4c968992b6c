import { type Instant, instant } from "../kernel/clock.ts";
import type {
  AddressId,
  ApiKeyId,
  CategoryId,
  CommissionPlanId,
  CompanyId,
  FreightPlanId,
  OfferId,
  PriceListId,
  SellerId,
} from "../kernel/ids.ts";
import type { Currency } from "../kernel/money.ts";
import { type Reader, sql } from "../platform/db/index.ts";
import type {
  AgreedPriceFacts,
  CommissionPlanFacts,
  CompanyFacts,
  FreightPlanFacts,
  OfferFacts,
  PartyFacts,
  PlacingFacts,
  SellerFacts,
  TaxRateFacts,
} from "./placing-facts.ts";

/** Which master data a batch needs. Countries are those that goods could be dispatched from. */
export type PlacingQuestions = {
  readonly offerIds: readonly OfferId[];
  readonly companyIds: readonly CompanyId[];
  readonly keyIds: readonly ApiKeyId[];
  readonly addressIds: readonly AddressId[];
  readonly countries: readonly string[];
};

// Amounts travel as text: a JSON number would pass through what cannot hold every bigint.
type PartyJson = {
  id: string;
  name: string;
  state: string;
  on_hold: boolean;
  tax_number: string | null;
  tax_numbers: { country: string; number: string; checked_millis: number | null }[];
  street: string;
  city: string;
  postal_code: string;
  country: string;
};

type SellerJson = PartyJson & {
  time_zone: string;
  working_days: number[];
  holidays: string[];
  credit_risk: SellerFacts["creditRisk"];
  freight_plans: {
    freight_plan_id: FreightPlanId;
    kind: FreightPlanFacts["kind"];
    currency: Currency;
    amount: string;
    step_grams: number[];
    step_amounts: string[];
    free_from: string | null;
    tax_category: string | null;
    countries: string[];
  }[];
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
  category_path: CategoryId[];
  state: string;
  withdrawn: boolean;
  lead_time_days: number;
  weight_grams: number | null;
};

type AgreedJson = {
  company_id: CompanyId;
  offer_id: OfferId;
  price_list_id: PriceListId;
  unit_price: string;
  tier_quantities: number[];
  tier_prices: string[];
};

type AddressJson = {
  company_id: CompanyId;
  address_id: AddressId;
  name: string;
  street: string;
  city: string;
  postal_code: string;
  country: string;
};

type TaxRateJson = {
  country: string;
  category: string;
  code: TaxRateFacts["code"];
  rate_ppm: number;
  exemption_code: string | null;
  exemption_text: string | null;
  valid_from: string;
  valid_until: string | null;
};

type CommissionPlanJson = {
  commission_plan_id: CommissionPlanId;
  seller_id: SellerId | null;
  category_id: CategoryId | null;
  currency: Currency;
  step_from: string[];
  step_rates: number[];
  step_fixed: string[];
  on_freight: boolean;
  returned_on_write_off: boolean;
};

/**
 * Reads all master data of a batch in one statement. Read it once, when the locks are held: what changed before counts, what changes
 * after does not. An id that nothing answers to is absent from its map. Days are those of UTC.
 */
export async function readPlacingFacts(reader: Reader, questions: PlacingQuestions): Promise<PlacingFacts> {
  const { offerIds, companyIds, keyIds, addressIds, countries } = questions;
  const [row] = await reader.query(
    sql<{
      now: Instant;
      offers: OfferJson[];
      sellers: SellerJson[];
      companies: (PartyJson & { payment_days: number })[];
      addresses: AddressJson[];
      agreed: AgreedJson[];
      keys: { key_id: ApiKeyId; role: string }[];
      tax_rates: TaxRateJson[];
      commission_plans: CommissionPlanJson[];
      operator_country: string | null;
    }>`
      with clock as (
        select stoa_now() as now
      ), offer_facts as (
        select o.seller_id, o.offer_id, o.reference, v.sku, v.title, v.unit, v.attributes, o.currency, o.unit_price::text as unit_price,
          o.price_per, o.minimum, o.step, o.tier_quantities, o.tier_prices::text[] as tier_prices, o.tax_category,
          coalesce(c.path, '{}') as category_path, o.state,
          p.withdrawn_at is not null as withdrawn, o.lead_time_days, v.weight_grams
        from unnest(${offerIds}::uuid[]) as asked (offer_id)
          join offers o on o.offer_id = asked.offer_id
          join variants v on v.variant_id = o.variant_id
          join products p on p.product_id = v.product_id
          left join categories c on c.category_id = p.category_id
      )
      select coalesce((select now from clock), stoa_now()) as now,
        (select coalesce(json_agg(f), '[]') from offer_facts f) as offers,
        (select coalesce(json_agg(f), '[]') from (
          select s.seller_id as id, s.name, s.state, s.tax_number, s.street, s.city, s.postal_code, s.country, s.time_zone, s.working_days,
            s.holidays, coalesce((select c.credit_risk from seller_contracts c where c.seller_id = s.seller_id), 'seller') as credit_risk,
            exists (select from holds h where h.subject_id = s.seller_id and h.released_at is null) as on_hold,
            (select coalesce(json_agg(t), '[]') from (
              select s.country, s.tax_number as number, (extract(epoch from s.tax_number_checked_at) * 1000)::bigint as checked_millis
              where s.tax_number is not null
              union all
              select t.country, t.number, (extract(epoch from t.checked_at) * 1000)::bigint
              from tax_numbers t
              where t.organisation_id = s.seller_id and t.country <> s.country) t) as tax_numbers,
            (select coalesce(json_agg(p), '[]') from (
              select p.freight_plan_id, p.kind, p.currency, p.amount::text as amount, p.step_grams, p.step_amounts::text[] as step_amounts,
                p.free_from::text as free_from, p.tax_category, p.countries
              from freight_plans p
              where p.seller_id = s.seller_id and p.retired_at is null) p) as freight_plans
          from (select distinct seller_id from offer_facts) asked
            join sellers s on s.seller_id = asked.seller_id) f) as sellers,
        (select coalesce(json_agg(f), '[]') from (
          select c.company_id as id, c.name, c.state, c.tax_number, c.street, c.city, c.postal_code, c.country, c.payment_days,
            exists (select from holds h where h.subject_id = c.company_id and h.released_at is null) as on_hold,
            (select coalesce(json_agg(t), '[]') from (
              select c.country, c.tax_number as number, (extract(epoch from c.tax_number_checked_at) * 1000)::bigint as checked_millis
              where c.tax_number is not null
              union all
              select t.country, t.number, (extract(epoch from t.checked_at) * 1000)::bigint
              from tax_numbers t
              where t.organisation_id = c.company_id and t.country <> c.country) t) as tax_numbers
          from unnest(${companyIds}::uuid[]) as asked (company_id)
            join companies c on c.company_id = asked.company_id) f) as companies,
        (select coalesce(json_agg(f), '[]') from (
          select a.company_id, a.address_id, a.name, a.street, a.city, a.postal_code, a.country
          from unnest(${companyIds}::uuid[]) as asked (company_id)
            join company_addresses a on a.company_id = asked.company_id
          where a.address_id = any (${addressIds}::uuid[]) and a.removed_at is null) f) as addresses,
        (select coalesce(json_agg(f), '[]') from (
          select agreed.company_id, o.offer_id, l.price_list_id, p.unit_price::text as unit_price, p.tier_quantities,
            p.tier_prices::text[] as tier_prices
          from unnest(${companyIds}::uuid[]) as asked (company_id)
            join price_list_companies agreed on agreed.company_id = asked.company_id
              and agreed.seller_id in (select seller_id from offer_facts)
            join price_lists l on l.seller_id = agreed.seller_id and l.price_list_id = agreed.price_list_id
              and l.valid_from <= ((select now from clock) at time zone 'UTC')::date
              and (l.valid_until is null or l.valid_until > ((select now from clock) at time zone 'UTC')::date)
            join offer_facts o on o.seller_id = l.seller_id and o.currency = l.currency
            join price_list_prices p on p.seller_id = l.seller_id and p.price_list_id = l.price_list_id and p.offer_id = o.offer_id) f) as agreed,
        (select coalesce(json_agg(f), '[]') from (
          select k.key_id, coalesce(m.role, k.role) as role
          from unnest(${keyIds}::uuid[]) as asked (key_id)
            join api_keys k on k.key_id = asked.key_id
            left join members m on m.organisation_id = k.organisation_id and m.person_id = k.person_id
          where k.revoked_at is null and m.removed_at is null) f) as keys,
        (select coalesce(json_agg(f), '[]') from (
          select t.country, t.category, t.code, t.rate_ppm, t.exemption_code, t.exemption_text, t.valid_from, t.valid_until
          from tax_rates t
          where t.country = any (${countries}::text[] || array (select country from operator_profiles))
            and t.valid_from <= ((select now from clock) at time zone 'UTC')::date
            and not exists (
              select from tax_rates later
              where later.country = t.country and later.category = t.category and later.valid_from > t.valid_from
                and later.valid_from <= ((select now from clock) at time zone 'UTC')::date)) f) as tax_rates,
        (select coalesce(json_agg(f), '[]') from (
          select p.commission_plan_id, p.seller_id, p.category_id, p.currency, p.step_from::text[] as step_from, p.step_rates,
            p.step_fixed::text[] as step_fixed, p.on_freight, p.returned_on_write_off
          from (
            select seller_id, currency from offer_facts
            union
            select '00000000-0000-0000-0000-000000000000', currency from offer_facts) asked
            join commission_plans p
              on coalesce(p.seller_id, '00000000-0000-0000-0000-000000000000') = asked.seller_id and p.currency = asked.currency
          where p.valid_from <= ((select now from clock) at time zone 'UTC')::date
            and (p.valid_until is null or p.valid_until > ((select now from clock) at time zone 'UTC')::date)) f) as commission_plans,
        (select country from operator_profiles limit 1) as operator_country`,
  );
  if (row === undefined) throw new Error("a statement without a from clause answers one row");
  return {
    now: row.now,
    offers: new Map(row.offers.map((offer) => [offer.offer_id, toOfferFacts(offer)])),
    sellers: new Map(row.sellers.map((party) => [party.id as SellerId, toSellerFacts(party)])),
    companies: new Map(
      row.companies.map((party): [CompanyId, CompanyFacts] => [
        party.id as CompanyId,
        { ...toPartyFacts(party), paymentDays: party.payment_days },
      ]),
    ),
    addresses: new Map(row.addresses.map(({ company_id, address_id, ...address }) => [address_id, { companyId: company_id, ...address }])),
    agreedPrices: row.agreed.map(toAgreedPrice),
    roles: new Map(row.keys.map(({ key_id, role }) => [key_id, role])),
    taxRates: row.tax_rates.map(toTaxRate),
    commissionPlans: row.commission_plans.map(toCommissionPlan),
    operatorCountry: row.operator_country,
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
    categoryPath: offer.category_path,
    state: offer.state,
    withdrawn: offer.withdrawn,
    leadTimeDays: offer.lead_time_days,
    weightGrams: offer.weight_grams,
  };
}

function toPartyFacts(party: PartyJson): PartyFacts {
  return {
    name: party.name,
    state: party.state,
    onHold: party.on_hold,
    taxNumber: party.tax_number,
    taxNumbers: party.tax_numbers.map(({ country, number, checked_millis }) => ({
      ...{ country, number },
      checkedAt: checked_millis === null ? null : instant(checked_millis),
    })),
    address: { street: party.street, city: party.city, postal_code: party.postal_code, country: party.country },
  };
}

function toSellerFacts(seller: SellerJson): SellerFacts {
  return {
    ...toPartyFacts(seller),
    creditRisk: seller.credit_risk,
    calendar: { timeZone: seller.time_zone, workingDays: seller.working_days, holidays: seller.holidays },
    freightPlans: seller.freight_plans.map((plan) => ({
      planId: plan.freight_plan_id,
      kind: plan.kind,
      currency: plan.currency,
      amount: BigInt(plan.amount),
      steps: plan.step_grams.map((upToGrams, index) => ({ upToGrams, amount: BigInt(plan.step_amounts[index] ?? "0") })),
      freeFrom: plan.free_from === null ? null : BigInt(plan.free_from),
      taxCategory: plan.tax_category,
      countries: plan.countries,
    })),
  };
}

function toAgreedPrice(agreed: AgreedJson): AgreedPriceFacts {
  return {
    companyId: agreed.company_id,
    offerId: agreed.offer_id,
    priceListId: agreed.price_list_id,
    unitPrice: BigInt(agreed.unit_price),
    tierQuantities: agreed.tier_quantities,
    tierPrices: agreed.tier_prices.map(BigInt),
  };
}

function toTaxRate(rate: TaxRateJson): TaxRateFacts {
  return {
    country: rate.country,
    category: rate.category,
    code: rate.code,
    ratePpm: rate.rate_ppm,
    exemptionCode: rate.exemption_code,
    exemptionText: rate.exemption_text,
    validFrom: rate.valid_from,
    validUntil: rate.valid_until,
  };
}

function toCommissionPlan(plan: CommissionPlanJson): CommissionPlanFacts {
  return {
    planId: plan.commission_plan_id,
    sellerId: plan.seller_id,
    categoryId: plan.category_id,
    currency: plan.currency,
    steps: plan.step_from.map((from, index) => ({
      from: BigInt(from),
      ratePpm: plan.step_rates[index] ?? 0,
      fixed: BigInt(plan.step_fixed[index] ?? "0"),
    })),
    onFreight: plan.on_freight,
    returnedOnWriteOff: plan.returned_on_write_off,
  };
}
