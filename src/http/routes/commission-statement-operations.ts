import Type, { type Static } from "typebox";
import { closeCommissionStatement, closingLocks } from "../../flows/close-commission-statement.ts";
import { toRfc3339 } from "../../kernel/clock.ts";
import { type CreditNoteId, type InvoiceId, type SellerId, toWireId } from "../../kernel/ids.ts";
import { minorUnits } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";
import { commissionEntryKinds, findStatement, listStatements, shownStatement } from "../../modules/commissions/index.ts";
import { type CommissionEntryRow, listCommissionEntries } from "../../views/commission-statements.ts";
import { findPaper } from "../../views/papers.ts";
import { idInBody, idInPath, refuseNotFound } from "../call.ts";
import { example } from "../examples.ts";
import { list } from "../list.ts";
import { type Operation, operation } from "../operation.ts";
import { closed, currencyCode, idOf, instant, integer, oneOf, signedMoney, text } from "../shapes.ts";
import { documentHash, documentSample, documentShape } from "./document-shapes.ts";
import { shownDocument } from "./invoice-shapes.ts";
import { paperOperations } from "./paper-operations.ts";

const states = oneOf(["open", "closed"]);
const count = integer(0, 2_147_483_647);
const statement = closed({
  id: idOf("commissionStatement"),
  seller: idOf("seller"),
  currency: currencyCode,
  tax_code: oneOf(["S", "AE", "O"]),
  tax_rate_ppm: integer(0, 1_000_000),
  state: states,
  net: signedMoney,
  tax: signedMoney,
  entries: count,
  opened_at: instant,
  closed_at: Type.Union([instant, Type.Null()]),
  commission_invoice: Type.Union([idOf("commissionInvoice"), Type.Null()]),
});
const entry = closed({
  number: count,
  kind: oneOf(commissionEntryKinds),
  document: Type.Union([idOf("invoice"), idOf("creditNote")]),
  document_number: text(40),
  net: signedMoney,
  tax: signedMoney,
  net_after: signedMoney,
  at: instant,
});
const euro = (amount: number) => ({ amount, currency: "EUR" });
const sample: Static<typeof statement> = {
  ...{ id: example.commissionStatement, seller: example.seller, currency: "EUR", tax_code: "S", tax_rate_ppm: 190_000, state: "open" },
  ...{ net: euro(830), tax: euro(158), entries: 1, opened_at: example.time, closed_at: null, commission_invoice: null },
};
const entrySample: Static<typeof entry> = {
  ...{ number: 1, kind: "charged", document: "inv_01k9zv3n7gfx1t0c5r2m8q4j01", document_number: "NORDWIND-2026-000001" },
  ...{ net: euro(830), tax: euro(158), net_after: euro(830), at: example.time },
};

const path = "/commission-statements";
const params = closed({ id: idOf("commissionStatement") });

function shownEntry(row: CommissionEntryRow): Static<typeof entry> {
  const wire = (amount: bigint) => toWire({ amount: minorUnits(amount), currency: row.currency });
  const { document_id: id } = row;
  return {
    ...{ number: row.number, kind: row.kind, document_number: row.document_number },
    document: row.kind === "reversed" ? toWireId("crn", id as CreditNoteId) : toWireId("inv", id as InvoiceId),
    ...{ net: wire(row.net), tax: wire(row.tax), net_after: wire(row.net_after), at: toRfc3339(row.at) },
  };
}

function asked(state: Static<typeof states> | undefined): boolean | null {
  return state === undefined ? null : state === "open";
}

/** Statements of commission and their entries, to the operator or to the seller that they are about. */
function readingOperations(audience: "operator" | "seller", statements: Operation): readonly Operation[] {
  const scope = audience === "operator" ? "operator" : "organisation";
  return [
    statements,
    operation({
      kind: "read",
      scope,
      id: `${audience}.commission-statements.read`,
      path: `${path}/{id}`,
      summary: "Read a commission statement",
      params,
      response: statement,
      refusals: [],
      example: { params: { id: example.commissionStatement }, response: sample },
      async read(reader, call) {
        const found = (await findStatement(reader, idInPath("commissionStatement", call.params.id))) ?? refuseNotFound();
        return { body: shownStatement(found) };
      },
    }),
    list({
      id: `${audience}.commission-statement-entries.list`,
      path: `${path}/{id}/entries`,
      summary: "List what a commission statement is made of",
      scope,
      exports: true,
      params,
      item: entry,
      example: { params: { id: example.commissionStatement }, item: entrySample },
      rows: async (reader, call, window) => {
        const statementId = idInPath("commissionStatement", call.params.id);
        if ((await findStatement(reader, statementId)) === undefined) refuseNotFound();
        return (await listCommissionEntries(reader, statementId, window)).map((row) => ({ at: [row.place], item: shownEntry(row) }));
      },
    }),
  ];
}

const invoice = closed({ id: idOf("commissionInvoice"), document: documentShape, document_hash: documentHash });
const party = {
  registration_number: null,
  address: { name: null, street: "Am Markt 1", city: "Hamburg", postal_code: "20095", country: "DE" },
};
const invoiceSample: Static<typeof invoice> = {
  id: example.commissionInvoice,
  document: {
    ...documentSample,
    ...{ type: "commission_invoice", id: example.commissionInvoice, number: "STOA-2026-000001", payment_reference: "STOA-2026-000001" },
    ...{ due_on: "2026-11-22", order: null, shipment: null, delivery: null, payee: null, bank: null, mandate: null },
    seller: { ...party, id: example.operator, name: "Stoa Marketplace GmbH", tax_number: "DE811111117" },
    company: { ...party, id: example.seller, name: "Nordwind Fasteners", tax_number: "DE123456789" },
    lines: [
      {
        ...{ number: 1, kind: "commission", order_line: null, title: "Commission", sku: null, reference: null },
        ...{ attributes: { documents: "1", from: "2026-11-22", until: "2026-11-22" }, unit: "C62", quantity: 1 },
        ...{ unit_price: 830, price_per: 1, gross: 830, discount: 0, net: 830 },
        tax: { category: "standard", code: "S", rate_ppm: 190_000 },
      },
    ],
    tax_groups: [
      {
        ...{ category: "standard", code: "S", rate_ppm: 190_000, net: 830, tax: 158, exemption_code: null, exemption_text: null },
        ...{ seller_tax_number: "DE811111117", company_tax_number: "DE123456789" },
      },
    ],
    ...{ net: 830, tax: 158, total: 988 },
  },
  document_hash: "0".repeat(64),
};

/** A commission invoice as it was issued, and its papers. */
function invoiceOperations(audience: "operator" | "seller"): readonly Operation[] {
  return [
    operation({
      kind: "read",
      scope: audience === "operator" ? "operator" : "organisation",
      id: `${audience}.commission-invoices.read`,
      path: "/commission-invoices/{id}",
      summary: "Read a commission invoice",
      params: closed({ id: idOf("commissionInvoice") }),
      response: invoice,
      refusals: ["not-found"],
      example: { params: { id: example.commissionInvoice }, response: invoiceSample },
      async read(reader, call) {
        const id = idInPath("commissionInvoice", call.params.id);
        const { text: written, hash } = (await findPaper(reader, "commission_invoice", id)) ?? refuseNotFound();
        const body = { id: toWireId("cin", id), document: shownDocument(written), document_hash: hash.toString("hex") };
        return { body };
      },
    }),
    ...paperOperations(audience, "commission_invoice"),
  ];
}

/** All statements of commission, closing them, and their invoices. */
export const operatorCommissionStatementOperations: readonly Operation[] = [
  ...readingOperations(
    "operator",
    list({
      id: "operator.commission-statements.list",
      path,
      summary: "List commission statements",
      scope: "operator",
      filters: closed({
        seller: Type.Optional(idOf("seller")),
        currency: Type.Optional(currencyCode),
        state: Type.Optional(states),
      }),
      item: statement,
      example: { query: { state: "open" }, item: sample },
      rows: async (reader, { query }, window) => {
        const sellerId = query.seller === undefined ? null : idInBody("seller", query.seller, "/seller");
        const filter = { sellerId, currency: query.currency ?? null, open: asked(query.state) };
        return (await listStatements(reader, filter, window)).map((found) => ({ at: [found.statementId], item: shownStatement(found) }));
      },
    }),
  ),
  operation({
    kind: "flow",
    method: "POST",
    status: 200,
    locks: closingLocks,
    id: "operator.commission-statements.close",
    path: `${path}/{id}/close`,
    summary: "Close a commission statement with its commission invoice",
    params,
    body: closed({}),
    response: statement,
    refusals: ["not-found", "commission-statement-closed", "commission-statement-empty"],
    example: {
      params: { id: example.commissionStatement },
      response: { ...sample, state: "closed", closed_at: example.time, commission_invoice: example.commissionInvoice },
    },
    async work(tx, call) {
      const closedOne = await closeCommissionStatement(tx, call, idInPath("commissionStatement", call.params.id));
      return { body: shownStatement(closedOne ?? refuseNotFound()) };
    },
  }),
  ...invoiceOperations("operator"),
];

/** The seller's own statements of commission, and their invoices. */
export const sellerCommissionStatementOperations: readonly Operation[] = [
  ...readingOperations(
    "seller",
    list({
      id: "seller.commission-statements.list",
      path,
      summary: "List the seller's commission statements",
      scope: "organisation",
      filters: closed({ currency: Type.Optional(currencyCode), state: Type.Optional(states) }),
      item: statement,
      example: { query: { state: "open" }, item: sample },
      rows: async (reader, { query, principal }, window) => {
        const filter = { sellerId: principal.organisationId as SellerId, currency: query.currency ?? null, open: asked(query.state) };
        return (await listStatements(reader, filter, window)).map((found) => ({ at: [found.statementId], item: shownStatement(found) }));
      },
    }),
  ),
  ...invoiceOperations("seller"),
];
