import Type, { type Static, type TProperties } from "typebox";
import type { CompanyState } from "../../modules/companies/index.ts";
import type { SellerState } from "../../modules/sellers/index.ts";
import { isTimeZone } from "../../kernel/working-days.ts";
import { example } from "../examples.ts";
import { refuse } from "../refuse.ts";
import { address, closed, countryCode, day, idOf, instant, integer, listOf, name, oneOf, text, version } from "../shapes.ts";

/** A person by whom an organisation is reached. The data goes to the person's own row and is shown nowhere else. */
export const contact = closed({
  name: text(200),
  email: Type.String({
    maxLength: 254,
    pattern: "^[^\\s@\\u0000-\\u001f]+@[^\\s@\\u0000-\\u001f]+$",
    description: "An address with one @",
  }),
  phone: Type.Optional(text(40)),
});

/** Who an organisation is in law: what sellers and companies have in common. */
export const legalFacts = {
  name: text(200),
  address,
  registration_number: Type.Optional(text(40, "In the register of its country")),
  tax_number: Type.Optional(text(40, "That of the country of the address")),
} satisfies TProperties;

/** When a seller works, as a body says it. Read it by `calendarIn`. */
export const calendar = {
  time_zone: Type.Optional(text(64, "A name of the IANA time zone database; UTC unless told")),
  working_days: Type.Optional(
    Type.Array(integer(1, 7), { minItems: 1, maxItems: 7, uniqueItems: true, description: "1 is Monday; Monday to Friday unless told" }),
  ),
  holidays: Type.Optional(Type.Array(day, { maxItems: 1_000, uniqueItems: true, description: "Days on which nobody works" })),
} satisfies TProperties;

/** The beginning of the numbers of a seller's documents. */
export const seriesPrefix = Type.String({ pattern: "^[A-Z0-9]{1,8}$", maxLength: 8, description: "1 to 8 capital letters and digits" });

/** Days from an invoice to when it is due. */
export const paymentDays = integer(0, 365, "Days from an invoice to when it is due");

type CalendarBody = { readonly time_zone?: string; readonly working_days?: readonly number[]; readonly holidays?: readonly string[] };

/**
 * The calendar of a body, without what it does not say.
 *
 * @throws Refused request-invalid for a time zone that is not known
 */
export function calendarIn({ time_zone: timeZone, working_days: workingDays, holidays }: CalendarBody) {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw refuse("request-invalid", { errors: [{ pointer: "/time_zone", detail: "is no time zone of the IANA database" }] });
  }
  return {
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(workingDays === undefined ? {} : { workingDays }),
    ...(holidays === undefined ? {} : { holidays }),
  };
}

const reach = oneOf(["new", "hold", "cancel"]);
/** A value that may be null. */
export const nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);

/** What a read shows of sellers and companies alike. */
const shownFacts = {
  name: text(200),
  address,
  registration_number: nullable(text(40)),
  tax_number: nullable(text(40)),
  tax_number_checked_at: nullable(instant),
  contact_person: idOf("person"),
  suspension: nullable(reach),
  version,
};

/** The states of sellers and companies, as they are shown. */
export const sellerStates = [
  "applied",
  "under_review",
  "active",
  "suspended",
  "rejected",
  "closed",
] as const satisfies readonly SellerState[];
export const companyStates = ["pending", "active", "suspended", "rejected", "closed"] as const satisfies readonly CompanyState[];

/** A seller as it is shown. */
export const sellerMembers = {
  id: idOf("seller"),
  ...shownFacts,
  state: oneOf(sellerStates),
  mandate_at: nullable(instant),
  series_prefix: nullable(seriesPrefix),
  time_zone: text(64),
  working_days: listOf(integer(1, 7), 1, 7),
  holidays: listOf(day, 0, 1_000),
};
export const seller = closed(sellerMembers);

/** A company as it is shown. */
export const companyMembers = { id: idOf("company"), ...shownFacts, state: oneOf(companyStates), payment_days: paymentDays };
export const company = closed(companyMembers);

/** Tax numbers of further countries. */
export const taxNumbers = listOf(closed({ country: countryCode, number: text(40), checked_at: nullable(instant) }), 0, 300);

/** A tax number in a path: the country it is of. */
export const taxCountryParams = closed({ country: countryCode });

/** The body that sets a tax number. */
export const taxNumberBody = closed({ number: name(40) });

/** Why the operator does something; told to whom it is done. */
export const reasonBody = closed({ reason: text(500) });

/** From when on nothing that was under way at the change can take effect any more. */
export const effectiveByMember = {
  effective_by: Type.Unsafe<string>({ ...instant, description: "Until then a checkout that was being placed may still be confirmed" }),
};

const factsExample = {
  name: "Nordwind Fasteners",
  address: { street: "Speicherstr. 4", city: "Hamburg", postal_code: "20457", country: "DE" },
  registration_number: "HRB 100200",
  tax_number: "DE123456789",
};

/** An example of a body that adds a seller or a company. */
export const newOrganisationExample = {
  ...factsExample,
  contact: { name: "Kim Meyer", email: "kim.meyer@example.com", phone: "+49 40 1234567" },
};

const shownExample = { ...factsExample, tax_number_checked_at: null, contact_person: example.person, suspension: null, version: 1 };

/** What a seller is shown as that has applied by the example. */
export const sellerExample: Static<typeof seller> = {
  id: example.seller,
  ...shownExample,
  state: "applied",
  mandate_at: null,
  series_prefix: null,
  time_zone: "Europe/Berlin",
  working_days: [1, 2, 3, 4, 5],
  holidays: ["2026-12-25"],
};

/** What a company is shown as that has registered by the example. */
export const companyExample: Static<typeof company> = { id: example.company, ...shownExample, state: "pending", payment_days: 30 };
