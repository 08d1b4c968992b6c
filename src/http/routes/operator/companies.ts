import Type from "typebox";
import { checkCompanyTaxNumber } from "../../../flows/check-company-tax-number.ts";
import { createCompany } from "../../../flows/create-company.ts";
import { prefixes, toWireId } from "../../../kernel/ids.ts";
import { changePaymentDays, findCompany, listCompanies } from "../../../modules/companies/index.ts";
import { checkVersion, idInPath, momentInQuery, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, countryCode, idOf, momentAsked, someOf, text } from "../../shapes.ts";
import { companyStates, contact, legalFacts, newOrganisationExample, paymentDays, reasonBody } from "../organisation-shapes.ts";
import { operatorCompany, operatorCompanyExample, operatorsCompany, readCompany, wholeCompany } from "../company-life-shapes.ts";

const newCompany = closed({
  ...legalFacts,
  payment_days: Type.Optional(paymentDays),
  activate: Type.Optional(Type.Boolean({ description: "Whether it buys from now on; else it waits to be looked at" })),
  contact,
});

/** Making, reading and listing companies, their terms of payment, and checking their tax numbers. */
export const operatorCompanyOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "operator",
    id: "operator.companies.create",
    path: "/companies",
    summary: "Add a company",
    body: newCompany,
    response: operatorCompany,
    refusals: [],
    example: {
      body: newOrganisationExample,
      response: operatorCompanyExample,
    },
    locks: ["deadline"],
    async work(tx, call) {
      const { registration_number: registrationNumber, tax_number: taxNumber, payment_days: days, ...facts } = call.body;
      const made = await createCompany(tx, call, { ...facts, registrationNumber, taxNumber, paymentDays: days });
      const id = toWireId(prefixes.company, made.companyId);
      return { body: operatorsCompany(made), location: `/v1/operator/companies/${id}`, version: made.version };
    },
  }),
  operation({
    kind: "read",
    scope: "operator",
    id: "operator.companies.read",
    path: "/companies/{id}",
    summary: "Read a company",
    params: closed({ id: idOf("company") }),
    response: readCompany,
    refusals: [],
    example: {
      params: { id: example.company },
      response: {
        ...{ ...operatorCompanyExample, state: "active" as const },
        tax_number_evidence: null,
        tax_numbers: [{ country: "AT", number: "ATU12345678", checked_at: null }],
        history: [
          { version: 1, from: null, event: "register", to: "pending", by: "public", cause: "registered", at: example.time },
          { version: 2, from: "pending", event: "activate", to: "active", by: "operator", cause: "complete", at: example.time },
        ],
      },
    },
    async read(reader, call) {
      const found = (await findCompany(reader, idInPath("company", call.params.id))) ?? refuseNotFound();
      return { body: await wholeCompany(reader, found), version: found.version };
    },
  }),
  list({
    id: "operator.companies.list",
    path: "/companies",
    summary: "List companies",
    scope: "operator",
    filters: closed({
      state: Type.Optional(someOf(companyStates)),
      review_due_by: Type.Optional(momentAsked),
    }),
    item: operatorCompany,
    example: { query: { state: ["pending"] }, item: operatorCompanyExample },
    rows: async (reader, { query }, window) => {
      const filter = {
        states: query.state,
        reviewDueBy: query.review_due_by === undefined ? undefined : momentInQuery(query.review_due_by, "/review_due_by"),
      };
      const found = await listCompanies(reader, filter, window);
      return found.map((each) => ({ at: [each.companyId], item: operatorsCompany(each) }));
    },
  }),
  operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "operator",
    id: "operator.companies.check-tax-number",
    path: "/companies/{id}/tax-numbers/{country}/check",
    summary: "Record that a company's tax number was checked",
    params: closed({ id: idOf("company"), country: countryCode }),
    body: closed({ evidence: text(500, "What it was checked by: a register's answer and its number") }),
    response: operatorCompany,
    refusals: ["not-found", "state-conflict"],
    example: {
      params: { id: example.company, country: "DE" },
      body: { evidence: "VIES 2026-11-22, WAPIAAAAY1" },
      response: { ...{ ...operatorCompanyExample, state: "active" as const }, tax_number_checked_at: example.time, version: 4 },
    },
    locks: ["company"],
    async work(tx, call) {
      const companyId = idInPath("company", call.params.id);
      const asked = { companyId, country: call.params.country, evidence: call.body.evidence };
      const checked = await checkCompanyTaxNumber(tx, call, { ...asked, checkVersion: (current) => checkVersion(call, current) });
      return checked === undefined ? refuseNotFound() : { body: operatorsCompany(checked), version: checked.version };
    },
  }),
  operation({
    kind: "write",
    method: "PUT",
    status: 200,
    scope: "operator",
    id: "operator.companies.change-payment-days",
    path: "/companies/{id}/payment-days",
    summary: "Change in how many days a company pays",
    params: closed({ id: idOf("company") }),
    body: closed({ payment_days: paymentDays, ...reasonBody.properties }),
    response: operatorCompany,
    refusals: ["not-found", "state-conflict"],
    example: {
      params: { id: example.company },
      body: { payment_days: 14, reason: "paid late twice" },
      response: { ...operatorCompanyExample, state: "active", payment_days: 14, version: 3 },
    },
    locks: ["company"],
    async work(tx, call) {
      const companyId = idInPath("company", call.params.id);
      const asked = { companyId, paymentDays: call.body.payment_days, reason: call.body.reason };
      const changed = await changePaymentDays(tx, call, { ...asked, checkVersion: (current) => checkVersion(call, current) });
      return changed === undefined ? refuseNotFound() : { body: operatorsCompany(changed), version: changed.version };
    },
  }),
];
