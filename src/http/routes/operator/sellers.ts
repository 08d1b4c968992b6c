import Type from "typebox";
import { checkSellerTaxNumber } from "../../../flows/check-seller-tax-number.ts";
import { createSeller } from "../../../flows/create-seller.ts";
import { prefixes, toWireId } from "../../../kernel/ids.ts";
import { findSeller, listSellers } from "../../../modules/sellers/index.ts";
import { checkVersion, idInBody, idInPath, momentInQuery, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, countryCode, idOf, momentAsked, someOf, text } from "../../shapes.ts";
import { calendar, calendarIn, contact, legalFacts, newOrganisationExample, sellerStates, seriesPrefix } from "../organisation-shapes.ts";
import {
  activeSellerExample,
  operatorSeller,
  operatorSellerExample,
  operatorsSeller,
  readSeller,
  wholeSeller,
} from "../seller-life-shapes.ts";

const newSeller = closed({
  ...legalFacts,
  ...calendar,
  mandate: Type.Optional(Type.Boolean({ description: "Whether it lets the market write invoices in its name" })),
  series_prefix: Type.Optional(seriesPrefix),
  activate: Type.Optional(Type.Boolean({ description: "Whether it sells from now on; else it has applied" })),
  contact,
});

/** Making, reading and listing sellers, and checking their tax numbers. */
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
    response: operatorSeller,
    refusals: ["seller-incomplete", "operator-profile-missing", "series-prefix-taken"],
    example: {
      body: { ...newOrganisationExample, time_zone: "Europe/Berlin", holidays: ["2026-12-25"] },
      response: operatorSellerExample,
    },
    locks: ["deadline"],
    async work(tx, call) {
      const { name, address, mandate, activate, contact: person } = call.body;
      const { registration_number: registrationNumber, tax_number: taxNumber, series_prefix: prefix } = call.body;
      const facts = { name, address, registrationNumber, taxNumber, mandate, seriesPrefix: prefix, ...calendarIn(call.body) };
      const made = await createSeller(tx, call, { ...facts, contact: person, activate });
      const id = toWireId(prefixes.seller, made.sellerId);
      return { body: operatorsSeller(made), location: `/v1/operator/sellers/${id}`, version: made.version };
    },
  }),
  operation({
    kind: "read",
    scope: "operator",
    id: "operator.sellers.read",
    path: "/sellers/{id}",
    summary: "Read a seller",
    params: closed({ id: idOf("seller") }),
    response: readSeller,
    refusals: [],
    example: {
      params: { id: example.seller },
      response: {
        ...activeSellerExample,
        tax_number_evidence: null,
        tax_numbers: [{ country: "AT", number: "ATU12345678", checked_at: null }],
        misses: { rejected: 0, not_accepted_in_time: 1, not_shipped_in_time: 0 },
        history: [
          { version: 1, from: null, event: "apply", to: "applied", by: "public", cause: "registered", at: example.time },
          { version: 2, from: "applied", event: "review", to: "under_review", by: "operator", cause: "taken up", at: example.time },
          { version: 3, from: "under_review", event: "activate", to: "active", by: "operator", cause: "complete", at: example.time },
        ],
      },
    },
    async read(reader, call) {
      const found = (await findSeller(reader, idInPath("seller", call.params.id))) ?? refuseNotFound();
      return { body: await wholeSeller(reader, found), version: found.version };
    },
  }),
  list({
    id: "operator.sellers.list",
    path: "/sellers",
    summary: "List sellers",
    scope: "operator",
    filters: closed({
      state: Type.Optional(someOf(sellerStates)),
      reviewer: Type.Optional(idOf("apiKey")),
      review_due_by: Type.Optional(momentAsked),
    }),
    item: operatorSeller,
    example: { query: { state: ["applied", "under_review"] }, item: operatorSellerExample },
    rows: async (reader, { query }, window) => {
      const filter = {
        states: query.state,
        reviewerId: query.reviewer === undefined ? undefined : idInBody("apiKey", query.reviewer, "/reviewer"),
        reviewDueBy: query.review_due_by === undefined ? undefined : momentInQuery(query.review_due_by, "/review_due_by"),
      };
      const found = await listSellers(reader, filter, window);
      return found.map((each) => ({ at: [each.sellerId], item: operatorsSeller(each) }));
    },
  }),
  operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "operator",
    id: "operator.sellers.check-tax-number",
    path: "/sellers/{id}/tax-numbers/{country}/check",
    summary: "Record that a seller's tax number was checked",
    params: closed({ id: idOf("seller"), country: countryCode }),
    body: closed({ evidence: text(500, "What it was checked by: a register's answer and its number") }),
    response: operatorSeller,
    refusals: ["not-found", "state-conflict"],
    example: {
      params: { id: example.seller, country: "DE" },
      body: { evidence: "VIES 2026-11-22, WAPIAAAAY1" },
      response: { ...activeSellerExample, tax_number_checked_at: example.time, version: 4 },
    },
    locks: ["seller"],
    async work(tx, call) {
      const sellerId = idInPath("seller", call.params.id);
      const asked = { sellerId, country: call.params.country, evidence: call.body.evidence };
      const checked = await checkSellerTaxNumber(tx, call, { ...asked, checkVersion: (current) => checkVersion(call, current) });
      return checked === undefined ? refuseNotFound() : { body: operatorsSeller(checked), version: checked.version };
    },
  }),
];
