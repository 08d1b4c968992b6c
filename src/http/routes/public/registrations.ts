import Type from "typebox";
import { registerCompany } from "../../../flows/register-company.ts";
import { registerSeller } from "../../../flows/register-seller.ts";
import { prefixes, toWireId } from "../../../kernel/ids.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf, oneOf } from "../../shapes.ts";
import { calendar, calendarIn, companyStates, contact, legalFacts, newOrganisationExample, sellerStates } from "../organisation-shapes.ts";

/** How whoever wants to sell or buy begins. Of what was sent nothing is shown again: whoever guesses a request must learn nothing by it. */
export const publicRegistrationOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "public",
    id: "public.registrations.seller",
    path: "/registrations/sellers",
    summary: "Apply to be a seller; the operator reviews it and gives the first key",
    body: closed({
      ...legalFacts,
      ...calendar,
      mandate: Type.Optional(Type.Boolean({ description: "Whether it lets the market write invoices in its name" })),
      contact,
    }),
    response: closed({ id: idOf("seller"), state: oneOf(sellerStates) }),
    refusals: [],
    example: { body: { ...newOrganisationExample, mandate: true }, response: { id: example.seller, state: "applied" } },
    async work(tx, call) {
      const { name, address, registration_number: registrationNumber, tax_number: taxNumber, mandate, contact: person } = call.body;
      const facts = { name, address, registrationNumber, taxNumber, mandate, contact: person, ...calendarIn(call.body) };
      const { sellerId, state } = await registerSeller(tx, call, facts);
      return { body: { id: toWireId(prefixes.seller, sellerId), state } };
    },
  }),
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "public",
    id: "public.registrations.company",
    path: "/registrations/companies",
    summary: "Register a company; the operator looks at it and gives the first key",
    body: closed({ ...legalFacts, contact }),
    response: closed({ id: idOf("company"), state: oneOf(companyStates) }),
    refusals: [],
    example: { body: newOrganisationExample, response: { id: example.company, state: "pending" } },
    async work(tx, call) {
      const { registration_number: registrationNumber, tax_number: taxNumber, ...facts } = call.body;
      const { companyId, state } = await registerCompany(tx, call, { ...facts, registrationNumber, taxNumber });
      return { body: { id: toWireId(prefixes.company, companyId), state } };
    },
  }),
];
