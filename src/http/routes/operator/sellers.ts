import Type from "typebox";
import { createSeller } from "../../../flows/create-seller.ts";
import { findSeller, listSellers, shownSeller } from "../../../modules/sellers/index.ts";
import { idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { address, closed, idOf, text, version } from "../../shapes.ts";
import { newOrganisation, newOrganisationExample, organisationExample } from "../organisation-shapes.ts";

const seller = closed({
  id: idOf("seller"),
  name: text(200),
  address,
  tax_number: Type.Union([text(40), Type.Null()]),
  contact_person: idOf("person"),
  version,
});
const sample = { id: example.seller, ...organisationExample };

export const operatorSellerOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "operator",
    id: "operator.sellers.create",
    path: "/sellers",
    summary: "Add a seller",
    body: newOrganisation,
    response: seller,
    refusals: [],
    example: { body: newOrganisationExample, response: sample },
    async work(tx, call) {
      const { tax_number: taxNumber, ...facts } = call.body;
      const made = shownSeller(await createSeller(tx, call, { ...facts, taxNumber }));
      return { body: made, location: `/v1/operator/sellers/${made.id}`, version: made.version };
    },
  }),
  operation({
    kind: "read",
    scope: "operator",
    id: "operator.sellers.read",
    path: "/sellers/{id}",
    summary: "Read a seller",
    params: closed({ id: idOf("seller") }),
    response: seller,
    refusals: [],
    example: { params: { id: example.seller }, response: sample },
    async read(reader, call) {
      const found = (await findSeller(reader, idInPath("seller", call.params.id))) ?? refuseNotFound();
      return { body: shownSeller(found), version: found.version };
    },
  }),
  list({
    id: "operator.sellers.list",
    path: "/sellers",
    summary: "List sellers",
    scope: "operator",
    item: seller,
    example: { item: sample },
    rows: async (reader, _call, window) =>
      (await listSellers(reader, window)).map((found) => ({ at: [found.sellerId], item: shownSeller(found) })),
  }),
];
