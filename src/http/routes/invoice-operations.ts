import Type, { type Static } from "typebox";
import type { InvoiceId } from "../../kernel/ids.ts";
import type { InvoiceState } from "../../modules/invoices/index.ts";
import { now, type Reader } from "../../platform/db/index.ts";
import { listCreditNotes } from "../../views/credit-notes.ts";
import {
  findInvoiceView,
  findPayableView,
  type InvoiceFilters,
  listInvoices,
  listInvoicesOfCompany,
  listInvoicesOfSeller,
  settlementViews,
} from "../../views/invoices.ts";
import { idInBody, idInPath, refuseNotFound } from "../call.ts";
import { lastPosition } from "../cursor.ts";
import { example } from "../examples.ts";
import { list } from "../list.ts";
import { type Operation, operation } from "../operation.ts";
import { closed, idOf, oneOf, someOf } from "../shapes.ts";
import {
  companysInvoice,
  companysInvoiceSample,
  invoiceStates,
  listedInvoice,
  listedInvoiceSample,
  sellersInvoice,
  sellersInvoiceSample,
  shownInvoice,
  shownListedInvoice,
  shownPayable,
} from "./invoice-shapes.ts";
import type { OrderAudience } from "./order-operations.ts";
import { paperOperations } from "./paper-operations.ts";

/** More credit notes than one invoice has: each has a cause of its own. */
const mostNotes = 10_000;

const filters = closed({
  state: Type.Optional(someOf(invoiceStates)),
  overdue: Type.Optional(oneOf(["true", "false"])),
  order: Type.Optional(idOf("order")),
  seller: Type.Optional(idOf("seller")),
  company: Type.Optional(idOf("company")),
});

type Query = {
  readonly state?: readonly InvoiceState[];
  readonly overdue?: "true" | "false";
  readonly order?: string;
  readonly seller?: string;
  readonly company?: string;
};

/** Reading invoices, for any audience: lists, one with all that is said of it, and its papers. */
export function invoiceOperations(audience: OrderAudience): readonly Operation[] {
  return [
    audience === "buyer" ? readCompanysInvoice : readSellersInvoice(audience),
    listInvoicesOperation(audience),
    ...paperOperations(audience, "invoice"),
  ];
}

function listInvoicesOperation(audience: OrderAudience): Operation {
  return list({
    id: `${audience}.invoices.list`,
    path: "/invoices",
    summary: "List invoices",
    scope: audience === "operator" ? "operator" : "organisation",
    exports: true,
    filters,
    item: listedInvoice,
    example: { query: { state: ["issued"] }, item: listedInvoiceSample },
    rows: async (reader, call, window) => {
      const at = await now(reader);
      const asked: InvoiceFilters = { ...filtersOf(call.query), at };
      const whose = call.principal.organisationId;
      const rows =
        audience === "operator"
          ? await listInvoices(reader, asked, window)
          : audience === "seller"
            ? await listInvoicesOfSeller(reader, whose, asked, window)
            : await listInvoicesOfCompany(reader, whose, asked, window);
      return rows.map((row) => ({ at: [row.invoice_id], item: shownListedInvoice(row, at) }));
    },
  });
}

function filtersOf({ state, overdue, order, seller, company }: Query): Omit<InvoiceFilters, "at"> {
  return {
    states: state,
    overdue: overdue === undefined ? undefined : overdue === "true",
    orderId: order === undefined ? undefined : idInBody("order", order, "/order"),
    sellerId: seller === undefined ? undefined : idInBody("seller", seller, "/seller"),
    companyId: company === undefined ? undefined : idInBody("company", company, "/company"),
  };
}

const params = closed({ id: idOf("invoice") });

const readCompanysInvoice = operation({
  kind: "read",
  scope: "organisation",
  id: "buyer.invoices.read",
  path: "/invoices/{id}",
  summary: "Read an invoice",
  params,
  response: companysInvoice,
  refusals: ["not-found"],
  example: { params: { id: example.invoice }, response: companysInvoiceSample },
  async read(reader, call) {
    const { view, shown } = await readWhole(reader, idInPath("invoice", call.params.id));
    return { body: shown, version: view.version };
  },
});

function readSellersInvoice(audience: "seller" | "operator"): Operation {
  return operation({
    kind: "read",
    scope: audience === "operator" ? "operator" : "organisation",
    id: `${audience}.invoices.read`,
    path: "/invoices/{id}",
    summary: "Read an invoice",
    params,
    response: sellersInvoice,
    refusals: ["not-found"],
    example: { params: { id: example.invoice }, response: sellersInvoiceSample },
    read: (reader, call) => readSellersWhole(reader, idInPath("invoice", call.params.id)),
  });
}

/** An invoice whole, as its seller and the operator read it. @throws Refused not-found */
export async function readSellersWhole(reader: Reader, invoiceId: InvoiceId) {
  const { view, shown } = await readWhole(reader, invoiceId);
  const payable = (await findPayableView(reader, view.seller_id, view.invoice_id)) ?? refuseNotFound();
  const body: Static<typeof sellersInvoice> = { ...shown, payable: shownPayable(payable, view) };
  return { body, version: view.version };
}

async function readWhole(reader: Reader, invoiceId: InvoiceId) {
  const view = (await findInvoiceView(reader, invoiceId)) ?? refuseNotFound();
  const { seller_id: sellerId } = view;
  const settlements = await settlementViews(reader, sellerId, invoiceId);
  const notes = await listCreditNotes(reader, { invoiceId, sellerId }, { before: lastPosition[0], count: mostNotes });
  return { view, shown: shownInvoice(view, { settlements, notes: notes.toReversed(), at: await now(reader) }) };
}
