import { applyFunds, applyingLocks } from "../../../flows/apply-funds.ts";
import { sendFundsBack, sendingBackLocks } from "../../../flows/send-money-back.ts";
import { toWireId } from "../../../kernel/ids.ts";
import { currency, minorUnits, money as moneyOf } from "../../../kernel/money.ts";
import { fromWire, toWire } from "../../../kernel/wire.ts";
import { findBankLine, readFundsOfCompany } from "../../../views/bank-lines.ts";
import { readKnownParties } from "../../../views/payment-targets.ts";
import { idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { refuse } from "../../refuse.ts";
import { closed, currencyCode, idOf, listOf, money, name, pageOf, positiveMoney, text } from "../../shapes.ts";
import { bankLine, bankLineSample, funds, shownBankLine, shownFunds } from "../bank-shapes.ts";

const params = closed({ id: idOf("company") });
const eur = (amount: number) => ({ amount, currency: "EUR" });

/** Money of companies that the operator holds. */
export const operatorCompanyFundsOperations: readonly Operation[] = [
  operation({
    kind: "read",
    scope: "operator",
    id: "operator.company-funds.list",
    path: "/companies/{id}/funds",
    summary: "List what the operator holds of a company's money",
    params,
    response: pageOf(funds),
    refusals: [],
    example: {
      params: { id: example.company },
      response: { items: [{ currency: "EUR", checkout: null, received: eur(10_000), used: eur(0), left: eur(10_000) }], next_cursor: null },
    },
    async read(reader, call) {
      const companyId = idInPath("company", call.params.id);
      if (!(await readKnownParties(reader, { companyIds: [companyId], sellerIds: [] })).has(companyId)) refuseNotFound();
      return { body: { items: (await readFundsOfCompany(reader, companyId)).map(shownFunds), next_cursor: null } };
    },
  }),
  operation({
    kind: "flow",
    method: "POST",
    status: 200,
    locks: applyingLocks,
    id: "operator.company-funds.apply",
    path: "/companies/{id}/funds/apply",
    summary: "Settle a company's open invoices with its free funds, the oldest due first",
    params,
    body: closed({ currency: currencyCode }),
    response: closed({
      left: money,
      invoices: listOf(closed({ id: idOf("invoice"), number: text(40), amount: money }), 0, 1_000),
    }),
    refusals: [],
    example: { params: { id: example.company }, body: { currency: "EUR" }, response: { left: eur(10_000), invoices: [] } },
    async work(tx, call) {
      const code = currency(call.body.currency);
      const { requestId, traceparent = null, newId, idempotencyId, principal } = call;
      const applied = await applyFunds(tx, {
        ...{ companyId: idInPath("company", call.params.id), currency: code, operatorId: principal.organisationId, keyId: principal.keyId },
        ...{ requestId, traceparent, newId, idempotencyId },
      });
      if (applied === undefined) return refuseNotFound();
      const wire = (amount: bigint) => toWire(moneyOf(minorUnits(amount), code));
      const invoices = applied.invoices.map(({ invoiceId, numberText, amount }) => ({
        ...{ id: toWireId("inv", invoiceId), number: numberText, amount: wire(amount) },
      }));
      return { body: { left: wire(applied.left), invoices } };
    },
  }),
  operation({
    kind: "flow",
    method: "POST",
    status: 201,
    locks: sendingBackLocks,
    id: "operator.company-funds.send-back",
    path: "/companies/{id}/funds/send-back",
    summary: "Record that free funds of a company were sent to it",
    params,
    body: closed({
      bank_reference: name(140, "The bank's own name for the transfer that sends them"),
      amount: positiveMoney,
      reason: text(500),
    }),
    response: bankLine,
    refusals: ["funds-short", "bank-reference-used"],
    example: {
      params: { id: example.company },
      body: { bank_reference: example.transfer, amount: eur(10_000), reason: "The company asked for it" },
      response: {
        ...bankLineSample,
        ...{
          state: "matched",
          reason: null,
          statement: null,
          account: "",
          direction: "debit",
          bank_reference: example.transfer,
          texts: [],
        },
        ...{ amount: eur(10_000), unallocated: eur(0) },
        allocations: [
          {
            number: 1,
            target: "company",
            id: example.company,
            company: example.company,
            amount: eur(10_000),
            undoes: null,
            at: example.time,
          },
        ],
      },
    },
    async work(tx, call) {
      const { requestId, traceparent = null, newId, idempotencyId, principal, body } = call;
      const amount = fromWire(body.amount);
      if (amount === undefined) throw refuse("request-invalid", { errors: [{ pointer: "/amount", detail: "is no amount of money" }] });
      const sent = await sendFundsBack(tx, {
        ...{ companyId: idInPath("company", call.params.id), amount, bankReference: body.bank_reference, reason: body.reason },
        ...{ operatorId: principal.organisationId, keyId: principal.keyId, requestId, traceparent, newId, idempotencyId },
      });
      const row = sent === undefined ? undefined : await findBankLine(tx, sent);
      return row === undefined ? refuseNotFound() : { body: shownBankLine(row), version: row.version };
    },
  }),
];
