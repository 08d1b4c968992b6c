import Type from "typebox";
import { importBankStatements, importLocks } from "../../../flows/import-bank-statements.ts";
import type { OrderRules } from "../../../modules/orders/index.ts";
import type { PaymentRules } from "../../../modules/payments/index.ts";
import { listBankStatements } from "../../../views/bank-lines.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, integer, listOf } from "../../shapes.ts";
import { bankStatement, listedStatement, shownImported, shownStatement, statementFormat, statementSample } from "../bank-shapes.ts";

const count = integer(0, 1_000_000);

const imported = closed({
  statements: listOf(bankStatement, 0, 200),
  known_statements: integer(0, 1_000_000, "Statements of the file that were complete before"),
  lines: closed({ known: count, new: count, matched: count, unmatched: count, recorded: count, undone: count }),
  remaining: closed(
    { lines: count, statements: count },
    "What this import left: send the same file again, under a new key, until nothing remains",
  ),
});

const csv = [
  "kind,statement,account,currency,date,amount,reference,remittance",
  "opening,2026-15,AT611904300234573201,EUR,2026-01-15,1000.00,,",
  "entry,2026-15,AT611904300234573201,EUR,2026-01-15,250.00,BANK-1,thank you",
  "closing,2026-15,AT611904300234573201,EUR,2026-01-15,1250.00,,",
];

/** Statements of the operator's bank. */
export function operatorBankStatementOperations(rules: OrderRules, { toleranceMinor }: PaymentRules): readonly Operation[] {
  return [
    operation({
      kind: "flow",
      method: "POST",
      status: 201,
      bulk: true,
      locks: importLocks,
      id: "operator.bank-statements.import",
      path: "/bank-statements",
      summary: "Import a file of bank statements: each line once, however often it comes",
      body: closed({
        format: statementFormat,
        text: Type.String({
          minLength: 1,
          maxLength: 4_194_304,
          description: "The file: camt.053 in UTF-8, or the CSV of docs/bank-statement-csv.md",
        }),
      }),
      response: imported,
      refusals: ["bank-statement-unreadable", "bank-statement-unbalanced"],
      example: {
        body: { format: "csv", text: `${csv.join("\n")}\n` },
        response: {
          statements: [statementSample],
          known_statements: 0,
          lines: { known: 0, new: 1, matched: 0, unmatched: 1, recorded: 0, undone: 0 },
          remaining: { lines: 0, statements: 0 },
        },
      },
      async work(tx, call) {
        const { requestId, traceparent = null, newId, idempotencyId, principal, body } = call;
        const file = await importBankStatements(tx, {
          ...{ operatorId: principal.organisationId, keyId: principal.keyId, format: body.format, text: body.text },
          ...{ requestId, traceparent, newId, idempotencyId, rules, toleranceMinor },
        });
        return {
          body: {
            statements: file.statements.map(shownImported),
            known_statements: file.knownStatements,
            lines: file.counts,
            remaining: file.remaining,
          },
        };
      },
    }),
    list({
      id: "operator.bank-statements.list",
      path: "/bank-statements",
      summary: "List bank statements",
      scope: "operator",
      filters: closed({ account: Type.Optional(Type.String({ minLength: 1, maxLength: 34 })) }),
      item: listedStatement,
      example: { query: {}, item: { ...statementSample, imported_at: example.time } },
      rows: async (reader, { query }, window) =>
        (await listBankStatements(reader, query.account, window)).map((row) => ({ at: [row.statement_id], item: shownStatement(row) })),
    }),
  ];
}
