import Type from "typebox";
import { toRfc3339 } from "../../../kernel/clock.ts";
import type { Uuid } from "../../../kernel/ids.ts";
import { toWireId } from "../../../kernel/ids.ts";
import { type Currency, currency } from "../../../kernel/money.ts";
import { ledgerAccountKinds, ledgerTransactionKinds } from "../../../modules/ledger/index.ts";
import { now } from "../../../platform/db/index.ts";
import {
  type LedgerAccountView,
  type LedgerSums,
  listLedgerAccounts,
  readTrialBalance,
  readTrialBalanceAt,
} from "../../../views/ledger.ts";
import { listEntriesOfAccount, listJournal } from "../../../views/ledger-transfers.ts";
import { idInBody, idInPath, momentInQuery, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, currencyCode, idOf, instant, listOf, momentAsked, oneOf, someOf } from "../../shapes.ts";
import {
  accountKinds,
  balanceOf,
  entryItem,
  entrySample,
  journalItem,
  journalSample,
  partyOfAccount,
  shownBooked,
  shownParty,
  shownSum,
  sum,
  wireId,
} from "../ledger-shapes.ts";

const side = oneOf(["debit", "credit"] as const);

const trialBalance = closed({
  at: instant,
  accounts: listOf(closed({ kind: oneOf(accountKinds), side, debited: sum, credited: sum, balance: sum }), 0, 10_000),
  totals: listOf(closed({ debited: sum, credited: sum }, "Of all accounts in a currency: both are the same"), 0, 1_000),
});

function shownTrialBalance(rows: readonly LedgerSums[]) {
  const totals = new Map<Currency, { debited: bigint; credited: bigint }>();
  const accounts = rows.map(({ kind, currency: code, ...sums }) => {
    const [debited, credited] = [BigInt(sums.debited), BigInt(sums.credited)];
    const before = totals.get(code) ?? { debited: 0n, credited: 0n };
    totals.set(code, { debited: before.debited + debited, credited: before.credited + credited });
    return {
      ...{ kind, side: ledgerAccountKinds[kind].side, debited: shownSum(debited, code), credited: shownSum(credited, code) },
      balance: shownSum(balanceOf(kind, debited, credited), code),
    };
  });
  const shownTotals = [...totals].map(([code, { debited, credited }]) => ({
    debited: shownSum(debited, code),
    credited: shownSum(credited, code),
  }));
  return { accounts, totals: shownTotals };
}

const account = closed({
  id: idOf("ledgerAccount"),
  kind: oneOf(accountKinds),
  side,
  party: partyOfAccount,
  subject: Type.Union([Type.String({ maxLength: 30 }), Type.Null()], { description: "What its money is bound to: a checkout, a payout" }),
  opened_at: instant,
  debited: sum,
  credited: sum,
  balance: sum,
});

function shownAccount(row: LedgerAccountView) {
  const { kind, currency: code } = row;
  const [debited, credited] = [BigInt(row.debited), BigInt(row.credited)];
  return {
    id: toWireId("lac", row.account_id),
    ...{ kind, side: ledgerAccountKinds[kind].side, party: shownParty(kind, row.party_id) },
    subject: row.subject_type === null ? null : wireId(row.subject_type, row.subject_id),
    opened_at: toRfc3339(row.opened_at),
    ...{ debited: shownSum(debited, code), credited: shownSum(credited, code) },
    balance: shownSum(balanceOf(kind, debited, credited), code),
  };
}

/** An account has one party at most: asked for a company and a seller there is none. */
function partyAsked({ company, seller }: { readonly company?: string; readonly seller?: string }): Uuid | undefined {
  const asked = [
    ...(company === undefined ? [] : [idInBody("company", company, "/company")]),
    ...(seller === undefined ? [] : [idInBody("seller", seller, "/seller")]),
  ];
  const [first] = asked;
  return asked.length > 1 ? ofNoParty : first;
}

const ofNoParty = "ffffffff-ffff-ffff-ffff-ffffffffffff" as Uuid;

const euro = currency("EUR");
const paid = shownSum(11_900n, euro);
const nothing = shownSum(0n, euro);
const bankSample = { kind: "bank" as const, side: "debit" as const, debited: paid, credited: nothing, balance: paid };

/** The books: what stands in them, and how it came there. */
export const operatorLedgerOperations: readonly Operation[] = [
  operation({
    kind: "read",
    scope: "operator",
    id: "operator.trial-balance.read",
    path: "/ledger/trial-balance",
    summary: "Read the trial balance, as it is or as it was",
    query: closed({ at: Type.Optional(momentAsked) }),
    response: trialBalance,
    refusals: [],
    example: {
      query: {},
      response: {
        at: example.time,
        accounts: [bankSample, { ...bankSample, kind: "customer_funds", side: "credit", debited: nothing, credited: paid }],
        totals: [{ debited: paid, credited: paid }],
      },
    },
    async read(reader, { query }) {
      const asked = query.at === undefined ? undefined : momentInQuery(query.at, "/at");
      // Read first: what is booked between the two readings counts as more than the moment tells, never as less.
      const at = asked ?? (await now(reader));
      const rows = asked === undefined ? await readTrialBalance(reader) : await readTrialBalanceAt(reader, at);
      return { body: { at: toRfc3339(at), ...shownTrialBalance(rows) } };
    },
  }),
  list({
    id: "operator.ledger-accounts.list",
    path: "/ledger/accounts",
    summary: "List accounts of the books with their balances",
    scope: "operator",
    filters: closed({
      kind: Type.Optional(someOf(accountKinds)),
      company: Type.Optional(idOf("company")),
      seller: Type.Optional(idOf("seller")),
      currency: Type.Optional(currencyCode),
    }),
    item: account,
    example: {
      query: { kind: ["bank"], currency: "EUR" },
      item: { id: example.ledgerAccount, ...bankSample, party: null, subject: null, opened_at: example.time },
    },
    rows: async (reader, { query }, window) => {
      const filter = { kinds: query.kind ?? accountKinds, partyId: partyAsked(query), currency: query.currency };
      return (await listLedgerAccounts(reader, filter, window)).map((row) => ({ at: [row.account_id], item: shownAccount(row) }));
    },
  }),
  list({
    id: "operator.ledger-account-entries.list",
    path: "/ledger/accounts/{id}/entries",
    summary: "List what was booked on an account",
    scope: "operator",
    params: closed({ id: idOf("ledgerAccount") }),
    item: entryItem,
    example: { params: { id: example.ledgerAccount }, item: entrySample },
    rows: async (reader, { params }, window) => {
      const entries = (await listEntriesOfAccount(reader, idInPath("ledgerAccount", params.id), window)) ?? refuseNotFound();
      return entries.map((row) => ({
        at: [row.transaction_id, row.place],
        item: {
          ...{ ...shownBooked(row), side: row.side, cause: row.cause },
          other: { id: toWireId("lac", row.other_account_id), kind: row.other_kind, party: shownParty(row.other_kind, row.other_party_id) },
        },
      }));
    },
  }),
  list({
    id: "operator.ledger-journal.list",
    path: "/ledger/journal",
    summary: "List everything that was booked, transfer by transfer",
    scope: "operator",
    exports: true,
    filters: closed({
      kind: Type.Optional(someOf(ledgerTransactionKinds)),
      currency: Type.Optional(currencyCode),
      from: Type.Optional(momentAsked),
      before: Type.Optional(momentAsked),
    }),
    item: journalItem,
    example: { query: { kind: ["receipt_booked"], currency: "EUR" }, item: journalSample },
    rows: async (reader, { query }, window) => {
      const { kind: kinds = ledgerTransactionKinds, from, before } = query;
      const filter = {
        ...{ kinds, currency: query.currency, from: from === undefined ? undefined : momentInQuery(from, "/from") },
        before: before === undefined ? undefined : momentInQuery(before, "/before"),
      };
      return (await listJournal(reader, filter, window)).map((row) => ({
        at: [row.transaction_id, row.place],
        item: {
          ...{ ...shownBooked(row), cause: row.cause },
          debit: { id: toWireId("lac", row.debit_account_id), kind: row.debit_kind, party: shownParty(row.debit_kind, row.debit_party_id) },
          credit: {
            ...{ id: toWireId("lac", row.credit_account_id), kind: row.credit_kind },
            party: shownParty(row.credit_kind, row.credit_party_id),
          },
        },
      }));
    },
  }),
];
