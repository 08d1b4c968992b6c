import type { Instant } from "../../kernel/clock.ts";
import { toRfc3339 } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { PersonId, SellerId, Uuid } from "../../kernel/ids.ts";
import type { SellerState } from "./seller-machine.ts";

/** A postal address. Country: ISO 3166-1 alpha-2. */
export type Address = { readonly street: string; readonly city: string; readonly postal_code: string; readonly country: string };

/** How far a suspension goes: no new orders; besides, open orders stand still; besides, what has not left is cancelled. */
export const reaches = ["new", "hold", "cancel"] as const;

export type Reach = (typeof reaches)[number];

/** When a seller works: a zone of the IANA database, ISO weekdays (1 is Monday), days off as `YYYY-MM-DD`. */
export type SellerCalendar = {
  readonly timeZone: string;
  readonly workingDays: readonly number[];
  readonly holidays: readonly string[];
};

/** A seller: who it is in law, when it works, and whether it sells. The person it is reached by stands with identity. */
export type Seller = SellerCalendar & {
  readonly sellerId: SellerId;
  readonly state: SellerState;
  /** Set while it is suspended, and only then. */
  readonly suspension: Reach | null;
  readonly name: string;
  readonly address: Address;
  readonly registrationNumber: string | null;
  /** That of its own country; those of further countries stand with identity. */
  readonly taxNumber: string | null;
  readonly taxNumberCheckedAt: Instant | null;
  readonly taxNumberEvidence: string | null;
  /** Since when, and by which key's or member's word, the market writes invoices in its name. */
  readonly mandateAt: Instant | null;
  readonly mandateBy: Uuid | null;
  /** Numbers of its documents begin with it. */
  readonly seriesPrefix: string | null;
  readonly contactPersonId: PersonId;
  /** The operator's key that took up the review. */
  readonly reviewerId: Uuid | null;
  readonly reviewDueAt: Instant | null;
  readonly version: number;
  readonly createdAt: Instant;
};

/** What a seller may lack that whoever sells has to have; named as on the wire. */
export const requiredFacts = ["tax_number", "mandate", "series_prefix"] as const;

/** Which facts are missing before the seller may be active: the constraint `sellers_active_is_complete` asks the same. */
export function missingFacts(seller: Pick<Seller, "taxNumber" | "mandateAt" | "seriesPrefix">): (typeof requiredFacts)[number][] {
  const given = { tax_number: seller.taxNumber, mandate: seller.mandateAt, series_prefix: seller.seriesPrefix };
  return requiredFacts.filter((fact) => given[fact] === null);
}

/** A seller as events and audit entries tell it: persons as ids only. */
export function toldSeller(seller: Seller) {
  return {
    id: toWireId(prefixes.seller, seller.sellerId),
    name: seller.name,
    address: seller.address,
    registration_number: seller.registrationNumber,
    tax_number: seller.taxNumber,
    tax_number_checked_at: moment(seller.taxNumberCheckedAt),
    mandate_at: moment(seller.mandateAt),
    series_prefix: seller.seriesPrefix,
    time_zone: seller.timeZone,
    contact_person: toWireId(prefixes.person, seller.contactPersonId),
    state: seller.state,
    suspension: seller.suspension,
    version: seller.version,
  };
}

/** A seller as it is read by itself and by the operator. */
export function shownSeller(seller: Seller) {
  return { ...toldSeller(seller), working_days: [...seller.workingDays], holidays: [...seller.holidays] };
}

function moment(at: Instant | null): string | null {
  return at === null ? null : toRfc3339(at);
}
