import type { Instant } from "../kernel/clock.ts";
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
import type { Calendar } from "../kernel/working-days.ts";

/** A postal address as it stands now. Country: ISO 3166-1 alpha-2. */
export type AddressFacts = { readonly street: string; readonly city: string; readonly postal_code: string; readonly country: string };

/** One side of a deal as it stands now. It may trade when it is active and nobody holds it. */
export type PartyFacts = {
  readonly name: string;
  readonly state: string;
  readonly onHold: boolean;
  /** That of its own country; all that are known, with it, are in `taxNumbers`. */
  readonly taxNumber: string | null;
  readonly taxNumbers: readonly TaxNumberFacts[];
  readonly address: AddressFacts;
};

/** A tax number, the country that gave it, and when it was last found valid. */
export type TaxNumberFacts = { readonly country: string; readonly number: string; readonly checkedAt: Instant | null };

/** A company that buys. Invoices fall due so many days after their date. */
export type CompanyFacts = PartyFacts & { readonly paymentDays: number };

/** A seller with its calendar, the freight plans that are not retired, whatever their currency, and who bears it when a company does not pay. */
export type SellerFacts = PartyFacts & {
  readonly calendar: Calendar;
  readonly freightPlans: readonly FreightPlanFacts[];
  readonly creditRisk: "seller" | "operator";
};

/** A commission plan that holds today, of all sellers or of one of the batch: amounts in minor units of its currency, steps rising from 0. */
export type CommissionPlanFacts = {
  readonly planId: CommissionPlanId;
  readonly sellerId: SellerId | null;
  readonly categoryId: CategoryId | null;
  readonly currency: Currency;
  readonly steps: readonly { readonly from: bigint; readonly ratePpm: number; readonly fixed: bigint }[];
  readonly onFreight: boolean;
  readonly returnedOnWriteOff: boolean;
};

/** A freight plan as its row has it. By weight the steps count, each up to so many grams; otherwise the amount, whole or per unit. */
export type FreightPlanFacts = {
  readonly planId: FreightPlanId;
  readonly kind: "flat" | "by_weight" | "per_unit";
  readonly currency: Currency;
  readonly amount: bigint;
  readonly steps: readonly { readonly upToGrams: number; readonly amount: bigint }[];
  readonly freeFrom: bigint | null;
  /** Null: the tax of the goods. */
  readonly taxCategory: string | null;
  readonly countries: readonly string[];
};

/** The price of an offer on a price list that holds today for a company, in the offer's currency. */
export type AgreedPriceFacts = {
  readonly companyId: CompanyId;
  readonly offerId: OfferId;
  readonly priceListId: PriceListId;
  readonly unitPrice: bigint;
  readonly tierQuantities: readonly number[];
  readonly tierPrices: readonly bigint[];
};

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
  /** From the topmost category of the product to its own; empty when it has none. */
  readonly categoryPath: readonly CategoryId[];
  readonly state: string;
  /** The operator has withdrawn the product: none of it may be sold. */
  readonly withdrawn: boolean;
  /** Working days from the order until it leaves the seller. */
  readonly leadTimeDays: number;
  /** Of one unit; null when nobody said. */
  readonly weightGrams: number | null;
};

/** A tax rate of a dispatch country or the operator's, in parts per million, from a day to before another. */
export type TaxRateFacts = {
  readonly country: string;
  readonly category: string;
  readonly code: "S" | "Z" | "E" | "AE" | "O";
  readonly ratePpm: number;
  readonly exemptionCode: string | null;
  readonly exemptionText: string | null;
  readonly validFrom: string;
  readonly validUntil: string | null;
};

/** The master data that a batch of commands is judged on, read in one statement and so from one snapshot. */
export type PlacingFacts = {
  readonly now: Instant;
  readonly offers: ReadonlyMap<OfferId, OfferFacts>;
  readonly sellers: ReadonlyMap<SellerId, SellerFacts>;
  readonly companies: ReadonlyMap<CompanyId, CompanyFacts>;
  /** The companies' own addresses that were asked for. */
  readonly addresses: ReadonlyMap<AddressId, AddressFacts & { readonly companyId: CompanyId; readonly name: string }>;
  readonly agreedPrices: readonly AgreedPriceFacts[];
  /** The role of each caller's key that is not revoked; of a member's key it is the member's, and a member who was removed has none. */
  readonly roles: ReadonlyMap<ApiKeyId, string>;
  readonly taxRates: readonly TaxRateFacts[];
  readonly commissionPlans: readonly CommissionPlanFacts[];
  /** Null as long as the operator has no profile: then there is no commission plan either. */
  readonly operatorCountry: string | null;
};
