import Type, { type Static } from "typebox";
import { type AskedCredit, creditByHand } from "../../flows/credit-invoice.ts";
import { creditingLocks } from "../../flows/issue-credit-note.ts";
import { fromWire, type WireMoney } from "../../kernel/wire.ts";
import { checkVersion, idInPath, refuseNotFound } from "../call.ts";
import { example } from "../examples.ts";
import { type Operation, operation } from "../operation.ts";
import { refuse } from "../refuse.ts";
import { closed, idOf, integer, listOf, oneOf, positiveMoney, quantity, text } from "../shapes.ts";
import { readWholeCreditNote } from "./credit-note-operations.ts";
import { creditNote, creditNoteSample } from "./invoice-shapes.ts";

// As many as an order has, and freight of each tax category.
const lineNumber = integer(1, 4_000, "The line's number on the invoice");
const netAmount = Type.Unsafe<WireMoney>({ ...positiveMoney, description: "Net of tax; its tax is credited with it" });

const body = closed({
  cause: oneOf(["goodwill", "cancelled_after_invoicing"]),
  reason: text(500, "Why; shown with the note"),
  all: Type.Optional(Type.Boolean({ description: "All that is left of the invoice; nothing else is named then" })),
  lines: Type.Optional(listOf(closed({ line: lineNumber, quantity }), 1, 3_000)),
  amounts: Type.Optional(listOf(closed({ line: lineNumber, net: netAmount }), 1, 3_000)),
  tax_group_amounts: Type.Optional(listOf(closed({ tax_category: text(40), tax_rate_ppm: integer(0, 1_000_000), net: netAmount }), 1, 100)),
  freight: Type.Optional(Type.Boolean({ description: "All the freight that is left" })),
});

/** Crediting an invoice in whole or in part, by its seller or by the operator. */
export function creditInvoiceOperation(audience: "seller" | "operator"): Operation {
  return operation({
    kind: "flow",
    method: "POST",
    status: 201,
    id: `${audience}.invoices.credit`,
    path: "/invoices/{id}/credit-notes",
    summary: "Credit an invoice: units, amounts, freight, or all that is left",
    params: closed({ id: idOf("invoice") }),
    body,
    response: creditNote,
    refusals: ["not-found", "version-stale", "request-invalid", "currency-mismatch", "not-left-to-credit"],
    example: {
      params: { id: example.invoice },
      body: { cause: "goodwill", reason: "scratched", amounts: [{ line: 1, net: { amount: 1_000, currency: "EUR" } }] },
      response: {
        ...creditNoteSample,
        ...{ invoice: example.invoice, invoice_number: example.invoiceNumber, cause: "goodwill", reason: "scratched" },
        ...{ net: euro(1_000), tax: euro(190), total: euro(1_190), lowered: euro(1_190) },
      },
    },
    locks: creditingLocks,
    async work(tx, call) {
      const { requestId, traceparent = null, newId, idempotencyId, principal } = call;
      const { organisationId, keyId } = principal;
      const { cause, reason } = call.body;
      const note = await creditByHand(tx, {
        ...{ requestId, traceparent, newId, idempotencyId, cause, reason },
        ...{ invoiceId: idInPath("invoice", call.params.id), party: { kind: audience, organisationId, keyId } },
        asked: askedBy(call.body),
        checkVersion: (current) => checkVersion(call, current),
      });
      return note === undefined ? refuseNotFound() : readWholeCreditNote(tx, note.creditNoteId);
    },
  });
}

const euro = (amount: number) => ({ amount, currency: "EUR" });

function askedBy({ all = false, lines, amounts, tax_group_amounts, freight }: Static<typeof body>): AskedCredit {
  if (all) {
    const named = lines ?? amounts ?? tax_group_amounts ?? freight;
    if (named !== undefined) throw refuse("request-invalid", { errors: [{ pointer: "/all", detail: "leaves nothing else to be named" }] });
    return "all";
  }
  return {
    units: lines ?? [],
    amounts: (amounts ?? []).map(({ line, net }, index) => ({ line, ...amountIn(net, `/amounts/${index}/net`) })),
    groupAmounts: (tax_group_amounts ?? []).map(({ tax_category, tax_rate_ppm, net }, index) => ({
      ...{ category: tax_category, ratePpm: tax_rate_ppm, ...amountIn(net, `/tax_group_amounts/${index}/net`) },
    })),
    allFreight: freight ?? false,
  };
}

// The schema has let amounts above zero of known currencies through only.
function amountIn(amount: WireMoney, pointer: string) {
  const net = fromWire(amount);
  if (net === undefined) throw new Error(`an amount that is no money: ${amount.currency}`);
  return { net, pointer };
}
