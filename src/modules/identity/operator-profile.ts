import { toRfc3339 } from "../../kernel/clock.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { OperatorId } from "../../kernel/ids.ts";
import { isTimeZone } from "../../kernel/working-days.ts";
import { isIban } from "./iban.ts";

/** What the operator says of itself: who collects in the sellers' names, on which account, and who issues commission invoices. */
export type OperatorFacts = {
  readonly name: string;
  readonly address: { readonly street: string; readonly city: string; readonly postal_code: string; readonly country: string };
  readonly taxNumber: string;
  readonly registrationNumber: string | null;
  /** Without spaces. */
  readonly iban: string;
  readonly bic: string | null;
  readonly accountHolder: string;
  /** Numbers of its documents begin with it. */
  readonly seriesPrefix: string;
  /** Of the IANA database: in it the days of its documents are told. */
  readonly timeZone: string;
};

/** The operator's profile as it stands. */
export type OperatorProfile = OperatorFacts & { readonly operatorId: OperatorId; readonly version: number; readonly changedAt: Instant };

/** What is wrong with these facts beyond their form, each fault with where it stands in the body (RFC 6901). */
export function faultsOfOperator({ iban, timeZone }: OperatorFacts): { pointer: string; detail: string }[] {
  return [
    ...(isIban(iban) ? [] : [{ pointer: "/iban", detail: "is no IBAN: its check digits do not fit" }]),
    ...(isTimeZone(timeZone) ? [] : [{ pointer: "/time_zone", detail: "is no time zone of the IANA database" }]),
  ];
}

/** The profile as the operator reads it and as audit entries tell it. */
export function shownOperatorProfile(profile: OperatorProfile) {
  return {
    name: profile.name,
    address: profile.address,
    tax_number: profile.taxNumber,
    registration_number: profile.registrationNumber,
    iban: profile.iban,
    bic: profile.bic,
    account_holder: profile.accountHolder,
    series_prefix: profile.seriesPrefix,
    time_zone: profile.timeZone,
    version: profile.version,
    changed_at: toRfc3339(profile.changedAt),
  };
}
