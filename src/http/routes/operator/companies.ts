import Type from "typebox";
import { createCompany } from "../../../flows/create-company.ts";
import { findCompany, listCompanies, shownCompany } from "../../../modules/companies/index.ts";
import { idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf } from "../../shapes.ts";
import { company, companyExample, contact, legalFacts, newOrganisationExample, paymentDays } from "../organisation-shapes.ts";

const newCompany = closed({
  ...legalFacts,
  payment_days: Type.Optional(paymentDays),
  activate: Type.Optional(Type.Boolean({ description: "Whether it buys from now on; else it waits to be looked at" })),
  contact,
});

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
    response: company,
    refusals: [],
    example: { body: newOrganisationExample, response: companyExample },
    async work(tx, call) {
      const { registration_number: registrationNumber, tax_number: taxNumber, payment_days: days, ...facts } = call.body;
      const made = shownCompany(await createCompany(tx, call, { ...facts, registrationNumber, taxNumber, paymentDays: days }));
      return { body: made, location: `/v1/operator/companies/${made.id}`, version: made.version };
    },
  }),
  operation({
    kind: "read",
    scope: "operator",
    id: "operator.companies.read",
    path: "/companies/{id}",
    summary: "Read a company",
    params: closed({ id: idOf("company") }),
    response: company,
    refusals: [],
    example: { params: { id: example.company }, response: companyExample },
    async read(reader, call) {
      const found = (await findCompany(reader, idInPath("company", call.params.id))) ?? refuseNotFound();
      return { body: shownCompany(found), version: found.version };
    },
  }),
  list({
    id: "operator.companies.list",
    path: "/companies",
    summary: "List companies",
    scope: "operator",
    item: company,
    example: { item: companyExample },
    rows: async (reader, _call, window) =>
      (await listCompanies(reader, window)).map((found) => ({ at: [found.companyId], item: shownCompany(found) })),
  }),
];
