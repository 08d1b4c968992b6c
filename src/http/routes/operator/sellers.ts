import Type from "typebox";
import { createSeller } from "../../../flows/create-seller.ts";
import { findSeller, listSellers, shownSeller } from "../../../modules/sellers/index.ts";
import { idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf } from "../../shapes.ts";
import {
  calendar,
  calendarIn,
  contact,
  legalFacts,
  newOrganisationExample,
  seller,
  sellerExample,
  seriesPrefix,
} from "../organisation-shapes.ts";

const newSeller = closed({
  ...legalFacts,
  ...calendar,
  mandate: Type.Optional(Type.Boolean({ description: "Whether it lets the market write invoices in its name" })),
  series_prefix: Type.Optional(seriesPrefix),
  activate: Type.Optional(Type.Boolean({ description: "Whether it sells from now on; else it has applied" })),
  contact,
});

export const operatorSellerOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "operator",
    id: "operator.sellers.create",
    path: "/sellers",
    summary: "Add a seller",
    body: newSeller,
    response: seller,
    refusals: ["seller-incomplete", "series-prefix-taken"],
    example: {
      body: { ...newOrganisationExample, time_zone: "Europe/Berlin", holidays: ["2026-12-25"] },
      response: sellerExample,
    },
    async work(tx, call) {
      const { name, address, mandate, activate, contact: person } = call.body;
      const { registration_number: registrationNumber, tax_number: taxNumber, series_prefix: prefix } = call.body;
      const facts = { name, address, registrationNumber, taxNumber, mandate, seriesPrefix: prefix, ...calendarIn(call.body) };
      const made = shownSeller(await createSeller(tx, call, { ...facts, contact: person, activate }));
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
    example: { params: { id: example.seller }, response: sellerExample },
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
    example: { item: sellerExample },
    rows: async (reader, _call, window) =>
      (await listSellers(reader, window)).map((found) => ({ at: [found.sellerId], item: shownSeller(found) })),
  }),
];
