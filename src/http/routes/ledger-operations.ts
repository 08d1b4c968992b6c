import Type from "typebox";
import { toRfc3339 } from "../../kernel/clock.ts";
import { currency } from "../../kernel/money.ts";
import { readStatementOfAccount } from "../../views/ledger.ts";
import { listTransfersOfParty } from "../../views/ledger-transfers.ts";
import { momentInQuery } from "../call.ts";
import { list } from "../list.ts";
import { type Operation, operation } from "../operation.ts";
import { closed, currencyCode, momentAsked } from "../shapes.ts";
import { partyItem, partySample, shownPartyTransfer, shownStatementRow, shownSum, statement } from "./ledger-shapes.ts";

const euro = currency("EUR");
const whose = { buyer: "company", seller: "seller" } as const;
const ownKind = { buyer: "customer_funds", seller: "payable" } as const;

/** What the books say of a company or seller, to itself: its statement of account over any time, and the transfers behind it. */
export function ledgerOperations(audience: "buyer" | "seller"): readonly Operation[] {
  const nothing = shownSum(0n, euro);
  const paid = shownSum(11_900n, euro);
  const period = { from: "2026-11-01T00:00:00.000Z", before: "2026-12-01T00:00:00.000Z" };
  return [
    operation({
      kind: "read",
      scope: "organisation",
      id: `${audience}.statement-of-account.read`,
      path: "/ledger/statement",
      summary: `Read the ${whose[audience]}'s statement of account over a time`,
      query: closed({ currency: currencyCode, from: momentAsked, before: momentAsked }),
      response: statement,
      refusals: [],
      example: {
        query: { currency: "EUR", ...period },
        response: {
          ...{ currency: "EUR", ...period },
          accounts: [{ kind: ownKind[audience], opening: nothing, debited: nothing, credited: paid, closing: paid }],
        },
      },
      async read(reader, { query, principal }) {
        const asked = currency(query.currency);
        const [from, before] = [momentInQuery(query.from, "/from"), momentInQuery(query.before, "/before")];
        const rows = await readStatementOfAccount(reader, principal.organisationId, { currency: asked, from, before });
        const accounts = rows.map((row) => shownStatementRow(row, asked));
        return { body: { currency: asked, from: toRfc3339(from), before: toRfc3339(before), accounts } };
      },
    }),
    list({
      id: `${audience}.ledger-transfers.list`,
      path: "/ledger/transfers",
      summary: `List what was booked on the ${whose[audience]}'s accounts`,
      scope: "organisation",
      filters: closed({
        currency: Type.Optional(currencyCode),
        from: Type.Optional(momentAsked),
        before: Type.Optional(momentAsked),
      }),
      item: partyItem,
      example: { query: { currency: "EUR" }, item: partySample },
      rows: async (reader, { query, principal }, window) => {
        const { from, before } = query;
        const filter = {
          ...{ currency: query.currency, from: from === undefined ? undefined : momentInQuery(from, "/from") },
          before: before === undefined ? undefined : momentInQuery(before, "/before"),
        };
        const rows = await listTransfersOfParty(reader, principal.organisationId, filter, window);
        return rows.map((row) => ({ at: [row.transaction_id, row.place], item: shownPartyTransfer(row) }));
      },
    }),
  ];
}
