import Type, { type Static } from "typebox";
import { assignBankLine, type AskedPart, assigningLocks } from "../../../flows/assign-bank-line.ts";
import { sendingBackLocks, sendLineBack } from "../../../flows/send-money-back.ts";
import { fromWire } from "../../../kernel/wire.ts";
import type { OrderRules } from "../../../modules/orders/index.ts";
import type { PaymentRules } from "../../../modules/payments/index.ts";
import { findBankLine, listBankLines } from "../../../views/bank-lines.ts";
import { checkVersion, idInBody, idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { refuse } from "../../refuse.ts";
import { closed, idOf, listOf, name, positiveMoney, someOf, text } from "../../shapes.ts";
import { bankLine, bankLineSample, bankLineStates, shownBankLine } from "../bank-shapes.ts";

const part = closed({
  invoice: Type.Optional(idOf("invoice")),
  checkout: Type.Optional(idOf("checkout")),
  company: Type.Optional(idOf("company")),
  seller: Type.Optional(idOf("seller")),
  amount: positiveMoney,
});

const params = closed({ id: idOf("bankLine") });

/** @throws Refused request-invalid unless each part names exactly one */
function partIn({ invoice, checkout, company, seller, amount: wire }: Static<typeof part>, index: number): AskedPart {
  const pointer = `/allocations/${index}`;
  const amount = fromWire(wire);
  if (amount === undefined)
    throw refuse("request-invalid", { errors: [{ pointer: `${pointer}/amount`, detail: "is no amount of money" }] });
  const named: AskedPart[] = [
    ...(invoice === undefined
      ? []
      : [{ kind: "invoice" as const, id: idInBody("invoice", invoice, `${pointer}/invoice`), pointer, amount }]),
    ...(checkout === undefined
      ? []
      : [{ kind: "checkout" as const, id: idInBody("checkout", checkout, `${pointer}/checkout`), pointer, amount }]),
    ...(company === undefined
      ? []
      : [{ kind: "company" as const, id: idInBody("company", company, `${pointer}/company`), pointer, amount }]),
    ...(seller === undefined ? [] : [{ kind: "seller" as const, id: idInBody("seller", seller, `${pointer}/seller`), pointer, amount }]),
  ];
  const [only] = named;
  if (only === undefined || named.length > 1) {
    throw refuse("request-invalid", { errors: [{ pointer, detail: "names exactly one of invoice, checkout, company and seller" }] });
  }
  return only;
}

function refuseUnknown(pointers: readonly string[]): never {
  throw refuse("unknown-reference", { errors: pointers.map((pointer) => ({ pointer, detail: "is not there" })) });
}

/** Lines of the operator's bank, and what becomes of those that nobody is named for. */
export function operatorBankLineOperations(rules: OrderRules, { toleranceMinor }: PaymentRules): readonly Operation[] {
  return [
    list({
      id: "operator.bank-lines.list",
      path: "/bank-lines",
      summary: "List lines of the bank: those that wait for somebody, and all others",
      scope: "operator",
      filters: closed({
        state: Type.Optional(someOf(bankLineStates)),
        account: Type.Optional(Type.String({ maxLength: 34, description: "Empty for those that were recorded by hand" })),
      }),
      item: bankLine,
      example: { query: { state: ["unmatched"] }, item: bankLineSample },
      rows: async (reader, { query }, window) => {
        const filter = { states: query.state ?? bankLineStates, account: query.account };
        return (await listBankLines(reader, filter, window)).map((row) => ({ at: [row.line_id], item: shownBankLine(row) }));
      },
    }),
    operation({
      kind: "read",
      scope: "operator",
      id: "operator.bank-lines.read",
      path: "/bank-lines/{id}",
      summary: "Read a line of the bank",
      params,
      response: bankLine,
      refusals: [],
      example: { params: { id: example.bankLine }, response: bankLineSample },
      async read(reader, call) {
        const row = (await findBankLine(reader, idInPath("bankLine", call.params.id))) ?? refuseNotFound();
        return { body: shownBankLine(row), version: row.version };
      },
    }),
    operation({
      kind: "flow",
      method: "POST",
      status: 200,
      locks: assigningLocks,
      id: "operator.bank-lines.assign",
      path: "/bank-lines/{id}/assign",
      summary: "Say whose money a line that waits is, or a part of it",
      params,
      body: closed({ allocations: listOf(part, 1, 100), reason: text(500) }),
      response: bankLine,
      refusals: ["state-conflict", "unknown-reference", "allocation-refused", "funds-short", "version-stale"],
      example: {
        params: { id: example.bankLine },
        body: {
          allocations: [{ company: example.company, amount: { amount: 25_000, currency: "EUR" } }],
          reason: "The payer wrote to us",
        },
        response: {
          ...bankLineSample,
          ...{ version: 2, state: "assigned", unallocated: { amount: 0, currency: "EUR" } },
          allocations: [
            {
              ...{ number: 1, target: "company", id: example.company, company: example.company },
              ...{ amount: { amount: 25_000, currency: "EUR" }, undoes: null, at: example.time },
            },
          ],
        },
      },
      async work(tx, call) {
        const lineId = idInPath("bankLine", call.params.id);
        const { requestId, traceparent = null, newId, idempotencyId, principal, body } = call;
        const assigned = await assignBankLine(tx, {
          ...{ lineId, operatorId: principal.organisationId, keyId: principal.keyId, parts: body.allocations.map(partIn) },
          ...{ reason: body.reason, requestId, traceparent, newId, idempotencyId, rules, toleranceMinor, refuseUnknown },
          checkVersion: (version) => checkVersion(call, version),
        });
        const row = assigned === undefined ? undefined : await findBankLine(tx, lineId);
        return row === undefined ? refuseNotFound() : { body: shownBankLine(row), version: row.version };
      },
    }),
    operation({
      kind: "flow",
      method: "POST",
      status: 200,
      locks: sendingBackLocks,
      id: "operator.bank-lines.send-back",
      path: "/bank-lines/{id}/send-back",
      summary: "Record that what waits of a line was sent back whence it came",
      params,
      body: closed({ bank_reference: name(140, "The bank's own name for the transfer that sends it back"), reason: text(500) }),
      response: bankLine,
      refusals: ["state-conflict", "bank-reference-used", "allocation-refused", "version-stale"],
      example: {
        params: { id: example.bankLine },
        body: { bank_reference: "2026-11-22/0099", reason: "Nobody knows the payer" },
        response: { ...bankLineSample, version: 2, state: "sent_back", unallocated: { amount: 0, currency: "EUR" } },
      },
      async work(tx, call) {
        const lineId = idInPath("bankLine", call.params.id);
        const { requestId, traceparent = null, newId, idempotencyId, principal, body } = call;
        const sent = await sendLineBack(tx, {
          ...{ lineId, operatorId: principal.organisationId, keyId: principal.keyId, bankReference: body.bank_reference },
          ...{ reason: body.reason, requestId, traceparent, newId, idempotencyId, checkVersion: (version) => checkVersion(call, version) },
        });
        const row = sent === undefined ? undefined : await findBankLine(tx, sent);
        return row === undefined ? refuseNotFound() : { body: shownBankLine(row), version: row.version };
      },
    }),
  ];
}
