import type { Static } from "typebox";
import { changeCompanyProfile } from "../../../flows/change-company-profile.ts";
import { changeCompanyTaxNumber } from "../../../flows/change-company-tax-number.ts";
import type { CompanyId } from "../../../kernel/ids.ts";
import { readTaxNumbers, shownTaxNumber } from "../../../modules/identity/index.ts";
import { findCompany, type Company, shownCompany } from "../../../modules/companies/index.ts";
import type { Reader } from "../../../platform/db/index.ts";
import { type Call, checkVersion, refuseNotFound } from "../../call.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, listOf, oneOf } from "../../shapes.ts";
import {
  legalFacts,
  newOrganisationExample,
  companyExample,
  companyMembers,
  taxCountryParams,
  taxNumberBody,
  taxNumbers,
} from "../organisation-shapes.ts";

const profile = closed({
  ...companyMembers,
  tax_numbers: taxNumbers,
  allowed_actions: listOf(oneOf(["change"]), 0, 1),
});

const profileExample: Static<typeof profile> = {
  ...companyExample,
  state: "active",
  version: 2,
  tax_numbers: [{ country: "AT", number: "ATU12345678", checked_at: null }],
  allowed_actions: ["change"],
};

const { contact: _contact, ...facts } = newOrganisationExample;

async function shown(reader: Reader, company: Company): Promise<Static<typeof profile>> {
  const lives = company.state !== "rejected" && company.state !== "closed";
  return {
    ...shownCompany(company),
    tax_numbers: (await readTaxNumbers(reader, company.companyId)).map(shownTaxNumber),
    allowed_actions: lives ? ["change"] : [],
  };
}

/** Which company a caller of the buyer's tree acts for, and the judge of its `If-Match`. */
function own(call: Call) {
  return { companyId: call.principal.organisationId as CompanyId, checkVersion: (current: number) => checkVersion(call, current) };
}

/** What a company says of itself: who it is in law, and its tax numbers abroad. */
export const buyerProfileOperations: readonly Operation[] = [
  operation({
    kind: "read",
    scope: "organisation",
    id: "buyer.profile.read",
    path: "/profile",
    summary: "Read the company's own profile",
    response: profile,
    refusals: [],
    example: { response: profileExample },
    async read(reader, call) {
      const found = (await findCompany(reader, own(call).companyId)) ?? refuseNotFound();
      return { body: await shown(reader, found), version: found.version };
    },
  }),
  operation({
    kind: "write",
    method: "PUT",
    status: 200,
    scope: "organisation",
    id: "buyer.profile.change",
    path: "/profile",
    summary: "Say anew who the company is",
    body: closed(legalFacts),
    response: profile,
    refusals: ["not-found", "state-conflict"],
    example: {
      body: facts,
      response: { ...profileExample, version: 3 },
    },
    locks: ["company"],
    async work(tx, call) {
      const { name, address, registration_number: registration = null, tax_number: tax = null } = call.body;
      const said = { name, address, registrationNumber: registration, taxNumber: tax };
      const company = (await changeCompanyProfile(tx, call, own(call), said)) ?? refuseNotFound();
      return { body: await shown(tx, company), version: company.version };
    },
  }),
  operation({
    kind: "write",
    method: "PUT",
    status: 200,
    scope: "organisation",
    id: "buyer.profile.set-tax-number",
    path: "/profile/tax-numbers/{country}",
    summary: "Set the company's tax number of a further country",
    params: taxCountryParams,
    body: taxNumberBody,
    response: profile,
    refusals: ["not-found", "state-conflict", "home-country"],
    example: { params: { country: "AT" }, body: { number: "ATU12345678" }, response: { ...profileExample, version: 3 } },
    locks: ["company"],
    async work(tx, call) {
      const asked = { ...own(call), country: call.params.country, number: call.body.number };
      const company = (await changeCompanyTaxNumber(tx, call, asked)) ?? refuseNotFound();
      return { body: await shown(tx, company), version: company.version };
    },
  }),
  operation({
    kind: "write",
    method: "DELETE",
    status: 200,
    scope: "organisation",
    id: "buyer.profile.remove-tax-number",
    path: "/profile/tax-numbers/{country}",
    summary: "Take away the company's tax number of a further country",
    params: taxCountryParams,
    body: closed({}),
    response: profile,
    refusals: ["not-found", "state-conflict", "home-country"],
    example: { params: { country: "AT" }, response: { ...profileExample, tax_numbers: [], version: 3 } },
    locks: ["company"],
    async work(tx, call) {
      const asked = { ...own(call), country: call.params.country, number: null };
      const company = (await changeCompanyTaxNumber(tx, call, asked)) ?? refuseNotFound();
      return { body: await shown(tx, company), version: company.version };
    },
  }),
];
