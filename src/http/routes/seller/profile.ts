import Type, { type Static } from "typebox";
import { changeSellerProfile } from "../../../flows/change-seller-profile.ts";
import { changeSellerTaxNumber } from "../../../flows/change-seller-tax-number.ts";
import type { SellerId } from "../../../kernel/ids.ts";
import { readTaxNumbers, shownTaxNumber } from "../../../modules/identity/index.ts";
import { findSeller, giveMandate, lockLivingSeller, missingFacts, type Seller, shownSeller } from "../../../modules/sellers/index.ts";
import type { Reader } from "../../../platform/db/index.ts";
import { type Call, checkVersion, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, listOf, oneOf } from "../../shapes.ts";
import {
  calendar,
  calendarIn,
  legalFacts,
  newOrganisationExample,
  sellerExample,
  sellerMembers,
  seriesPrefix,
  taxCountryParams,
  taxNumberBody,
  taxNumbers,
} from "../organisation-shapes.ts";

const missing = ["tax_number", "mandate", "series_prefix"] as const;

const profile = closed({
  ...sellerMembers,
  tax_numbers: taxNumbers,
  missing: listOf(oneOf(missing), 0, missing.length),
  allowed_actions: listOf(oneOf(["change", "mandate"]), 0, 2),
});

const profileExample: Static<typeof profile> = {
  ...sellerExample,
  state: "active",
  mandate_at: example.time,
  series_prefix: example.seriesPrefix,
  version: 3,
  tax_numbers: [{ country: "AT", number: "ATU12345678", checked_at: null }],
  missing: [],
  allowed_actions: ["change"],
};

const { contact: _contact, ...facts } = newOrganisationExample;

async function shown(reader: Reader, seller: Seller): Promise<Static<typeof profile>> {
  const lives = seller.state !== "rejected" && seller.state !== "closed";
  const actions = seller.mandateAt === null ? (["change", "mandate"] as const) : (["change"] as const);
  return {
    ...shownSeller(seller),
    tax_numbers: (await readTaxNumbers(reader, seller.sellerId)).map(shownTaxNumber),
    missing: missingFacts(seller),
    allowed_actions: lives ? [...actions] : [],
  };
}

/** Which seller a caller of the seller's tree acts for, and the judge of its `If-Match`. */
function own(call: Call) {
  return { sellerId: call.principal.organisationId as SellerId, checkVersion: (current: number) => checkVersion(call, current) };
}

/** What a seller says of itself: who it is in law, when it works, its mandate, its tax numbers abroad. */
export const sellerProfileOperations: readonly Operation[] = [
  operation({
    kind: "read",
    scope: "organisation",
    id: "seller.profile.read",
    path: "/profile",
    summary: "Read the seller's own profile",
    response: profile,
    refusals: [],
    example: { response: profileExample },
    async read(reader, call) {
      const found = (await findSeller(reader, own(call).sellerId)) ?? refuseNotFound();
      return { body: await shown(reader, found), version: found.version };
    },
  }),
  operation({
    kind: "write",
    method: "PUT",
    status: 200,
    scope: "organisation",
    id: "seller.profile.change",
    path: "/profile",
    summary: "Say anew who the seller is",
    body: closed({ ...legalFacts, ...calendar, series_prefix: Type.Optional(seriesPrefix) }),
    response: profile,
    refusals: ["not-found", "state-conflict", "seller-incomplete", "series-prefix-fixed", "series-prefix-taken"],
    example: {
      body: { ...facts, series_prefix: example.seriesPrefix, time_zone: "Europe/Berlin", holidays: ["2026-12-25"] },
      response: { ...profileExample, version: 4 },
    },
    locks: ["seller"],
    async work(tx, call) {
      const { name, address, registration_number: registration = null, tax_number: tax = null, series_prefix: prefix = null } = call.body;
      const { timeZone = "UTC", workingDays = [1, 2, 3, 4, 5], holidays = [] } = calendarIn(call.body);
      const said = {
        name,
        address,
        registrationNumber: registration,
        taxNumber: tax,
        seriesPrefix: prefix,
        timeZone,
        workingDays,
        holidays,
      };
      const seller = (await changeSellerProfile(tx, call, own(call), said)) ?? refuseNotFound();
      return { body: await shown(tx, seller), version: seller.version };
    },
  }),
  operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "organisation",
    id: "seller.profile.mandate",
    path: "/mandate",
    summary: "Let the market write invoices in the seller's name",
    body: closed({}),
    response: profile,
    refusals: ["not-found", "state-conflict"],
    example: { response: profileExample },
    locks: ["seller"],
    async work(tx, call) {
      const before = (await lockLivingSeller(tx, own(call))) ?? refuseNotFound();
      const seller = await giveMandate(tx, before, call);
      return { body: await shown(tx, seller), version: seller.version };
    },
  }),
  operation({
    kind: "write",
    method: "PUT",
    status: 200,
    scope: "organisation",
    id: "seller.profile.set-tax-number",
    path: "/profile/tax-numbers/{country}",
    summary: "Set the seller's tax number of a further country",
    params: taxCountryParams,
    body: taxNumberBody,
    response: profile,
    refusals: ["not-found", "state-conflict", "home-country"],
    example: { params: { country: "AT" }, body: { number: "ATU12345678" }, response: { ...profileExample, version: 4 } },
    locks: ["seller"],
    async work(tx, call) {
      const asked = { ...own(call), country: call.params.country, number: call.body.number };
      const seller = (await changeSellerTaxNumber(tx, call, asked)) ?? refuseNotFound();
      return { body: await shown(tx, seller), version: seller.version };
    },
  }),
  operation({
    kind: "write",
    method: "DELETE",
    status: 200,
    scope: "organisation",
    id: "seller.profile.remove-tax-number",
    path: "/profile/tax-numbers/{country}",
    summary: "Take away the seller's tax number of a further country",
    params: taxCountryParams,
    body: closed({}),
    response: profile,
    refusals: ["not-found", "state-conflict", "home-country"],
    example: { params: { country: "AT" }, response: { ...profileExample, tax_numbers: [], version: 4 } },
    locks: ["seller"],
    async work(tx, call) {
      const asked = { ...own(call), country: call.params.country, number: null };
      const seller = (await changeSellerTaxNumber(tx, call, asked)) ?? refuseNotFound();
      return { body: await shown(tx, seller), version: seller.version };
    },
  }),
];
