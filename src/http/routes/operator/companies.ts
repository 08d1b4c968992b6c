import Type from "typebox";
import { createCompany } from "../../../flows/create-company.ts";
import { findCompany, listCompanies, shownCompany } from "../../../modules/companies/index.ts";
import { idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { address, closed, idOf, text, version } from "../../shapes.ts";
import { newOrganisation, newOrganisationExample, organisationExample } from "../organisation-shapes.ts";

const company = closed({
  id: idOf("company"),
  name: text(200),
  address,
  tax_number: Type.Union([text(40), Type.Null()]),
  contact_person: idOf("person"),
  version,
});
const sample = { id: example.company, ...organisationExample };

export const operatorCompanyOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "operator",
    id: "operator.companies.create",
    path: "/companies",
    summary: "Add a company",
    body: newOrganisation,
    response: company,
    refusals: [],
    example: { body: newOrganisationExample, response: sample },
    async work(tx, call) {
      const { tax_number: taxNumber, ...facts } = call.body;
      const made = shownCompany(await createCompany(tx, call, { ...facts, taxNumber }));
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
    example: { params: { id: example.company }, response: sample },
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
    example: { item: sample },
    rows: async (reader, _call, window) =>
      (await listCompanies(reader, window)).map((found) => ({ at: [found.companyId], item: shownCompany(found) })),
  }),
];
