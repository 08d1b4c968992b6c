import Type from "typebox";
import { fromWire } from "../../../kernel/wire.ts";
import { undoWriteOff, writeOffInvoice, writeOffLocks } from "../../../flows/write-off-invoice.ts";
import { checkVersion, type FlowCall, idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { refuse } from "../../refuse.ts";
import { closed, idOf, positiveMoney, text } from "../../shapes.ts";
import { readSellersWhole } from "../invoice-operations.ts";
import { sellersInvoice, sellersInvoiceSample } from "../invoice-shapes.ts";

const euro = (amount: number) => ({ amount, currency: "EUR" });
const reason = text(500, "Why; kept in the audit");

const writtenOff = {
  ...sellersInvoiceSample,
  ...({ version: 2, state: "settled", open: euro(0), written_off: euro(11_900) } as const),
  settlements: [{ number: 1, source: "write_off" as const, amount: euro(11_900), at: example.time, undoes: null }],
  payable: { ...sellersInvoiceSample.payable, pending: euro(0) },
};

function commandOf(call: FlowCall<{ readonly id: string }, unknown, { readonly reason: string }>) {
  const { requestId, traceparent = null, newId, idempotencyId, principal, params, body } = call;
  return {
    ...{ requestId, traceparent, newId, idempotencyId, reason: body.reason, invoiceId: idInPath("invoice", params.id) },
    ...{ operatorId: principal.organisationId, keyId: principal.keyId },
    checkVersion: (current: number) => checkVersion(call, current),
  };
}

/** Giving up what is open of an invoice, and taking that back. */
export const operatorWriteOffOperations: readonly Operation[] = [
  operation({
    kind: "flow",
    method: "POST",
    status: 201,
    id: "operator.invoices.write-off",
    path: "/invoices/{id}/write-offs",
    summary: "Write off what is open of an invoice, or a part of it",
    params: closed({ id: idOf("invoice") }),
    body: closed({ amount: Type.Optional(positiveMoney), reason }),
    response: sellersInvoice,
    refusals: ["not-found", "version-stale", "not-left-to-write-off"],
    example: { params: { id: example.invoice }, body: { reason: "insolvent" }, response: writtenOff },
    locks: writeOffLocks,
    async work(tx, call) {
      const amount = call.body.amount === undefined ? undefined : fromWire(call.body.amount);
      if (call.body.amount !== undefined && amount === undefined) throw refuse("request-invalid", { pointer: "/amount" });
      const written = await writeOffInvoice(tx, { ...commandOf(call), amount });
      return written === undefined ? refuseNotFound() : readSellersWhole(tx, written.invoice.invoiceId);
    },
  }),
  operation({
    kind: "flow",
    method: "POST",
    status: 200,
    id: "operator.invoices.undo-write-off",
    path: "/invoices/{id}/write-offs/{number}/undo",
    summary: "Undo a write-off: it is owed again",
    params: closed({ id: idOf("invoice"), number: text(10, "The number of its settlement") }),
    body: closed({ reason }),
    response: sellersInvoice,
    refusals: ["not-found", "version-stale", "write-off-undone"],
    example: {
      params: { id: example.writtenOffInvoice, number: "1" },
      body: { reason: "paid by the administrator" },
      response: {
        ...sellersInvoiceSample,
        ...{ id: example.writtenOffInvoice, version: 3 },
        settlements: [...writtenOff.settlements, { number: 2, source: "write_off", amount: euro(-11_900), at: example.time, undoes: 1 }],
      },
    },
    locks: writeOffLocks,
    async work(tx, call) {
      // A path that names no number names nothing: 404, not 400.
      const number = /^[1-9][0-9]{0,8}$/.test(call.params.number) ? Number(call.params.number) : refuseNotFound();
      const undone = await undoWriteOff(tx, { ...commandOf(call), number });
      return undone === undefined ? refuseNotFound() : readSellersWhole(tx, undone.invoice.invoiceId);
    },
  }),
];
