import { assert } from "../../kernel/assert.ts";
import { toRfc3339 } from "../../kernel/clock.ts";
import type { LedgerAccountId, LedgerTransactionId } from "../../kernel/ids.ts";
import type { Currency } from "../../kernel/money.ts";
import { type Statement, sql, type Transaction } from "../../platform/db/index.ts";
import { type LedgerAccount, nobody } from "./account.ts";
import type { BookedBy, LedgerTransaction } from "./transaction.ts";

/**
 * Books facts, all in two statements of one flight, however many. Call it once in a transaction and when every lock is held: who opens an
 * account waits for another who opens the same one, and both open theirs in one order.
 *
 * A fact that is booked already is a fault (`ledger_transactions_booked_once`): who may come twice is stopped by its own record.
 */
export async function post(tx: Transaction, transactions: readonly LedgerTransaction[], by: BookedBy): Promise<void> {
  if (transactions.length > 0) await tx.pipeline([openAccounts(transactions, by), book(transactions, by)]);
}

type NamedAccount = { readonly account: LedgerAccount; readonly currency: Currency };

const keyOf = ({ account, currency }: NamedAccount): string =>
  `${account.partyId} ${account.kind} ${account.subject?.id ?? nobody} ${currency}`;

function openAccounts(transactions: readonly LedgerTransaction[], { at, newId }: BookedBy): Statement {
  const named = transactions.flatMap(({ transfers, currency }) =>
    transfers.filter(moves).flatMap(({ debit, credit }) => [debit, credit].map((account) => ({ account, currency }))),
  );
  const rows = [...new Map(named.map((each) => [keyOf(each), each])).values()].map(({ account, currency }) => ({
    account_id: newId<LedgerAccountId>(at),
    kind: account.kind,
    party_id: account.partyId,
    subject_type: account.subject?.type ?? null,
    subject_id: account.subject?.id ?? nobody,
    currency,
  }));
  return sql`
    insert into ledger_accounts (account_id, kind, party_id, subject_type, subject_id, currency, opened_at)
    select account_id, kind, party_id, subject_type, subject_id, currency, ${toRfc3339(at)}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as wanted (account_id uuid, kind text, party_id uuid, subject_type text, subject_id uuid, currency text)
    order by party_id, kind, subject_id, currency
    on conflict on constraint ledger_accounts_one_of_each do nothing`;
}

// The accounts are found by their names in a snapshot of this statement's own, which sees those that others opened meanwhile.
function book(transactions: readonly LedgerTransaction[], { at, actor, newId }: BookedBy): Statement {
  const booked = transactions.map((transaction) => ({ ...transaction, id: newId<LedgerTransactionId>(at) }));
  const rows = booked.map(({ id, kind, businessKey, record, cause }) => ({
    transaction_id: id,
    kind,
    business_key: businessKey,
    record_type: record.type,
    record_id: record.id,
    cause,
  }));
  const transfers = booked.flatMap(({ id, currency, transfers: moved }) =>
    moved.filter(moves).map(({ debit, credit, amount }, index) => ({
      ...{ transaction_id: id, number: index + 1, currency, amount: `${amount}` },
      ...{ debit_kind: debit.kind, debit_party_id: debit.partyId, debit_subject_id: debit.subject?.id ?? nobody },
      ...{ credit_kind: credit.kind, credit_party_id: credit.partyId, credit_subject_id: credit.subject?.id ?? nobody },
    })),
  );
  return sql`
    with booked as (
      insert into ledger_transactions (transaction_id, kind, business_key, at, record_type, record_id, actor_kind, actor_id, cause)
      select transaction_id, kind, business_key, ${toRfc3339(at)}::timestamptz, record_type, record_id, ${actor.kind}, ${actor.id}::uuid, cause
      from json_to_recordset(${JSON.stringify(rows)}::json)
        as wanted (transaction_id uuid, kind text, business_key text, record_type text, record_id uuid, cause text)
      returning transaction_id
    ), waiting as (
      insert into ledger_unrolled (transaction_id) select transaction_id from booked
    )
    insert into ledger_transfers (
      transaction_id, number, debit_account_id, debit_party_id, credit_account_id, credit_party_id, amount, currency, at)
    select moved.transaction_id, moved.number, debit.account_id, moved.debit_party_id, credit.account_id, moved.credit_party_id, moved.amount,
      moved.currency, ${toRfc3339(at)}::timestamptz
    from json_to_recordset(${JSON.stringify(transfers)}::json) as moved (
        transaction_id uuid, number integer, currency text, amount bigint, debit_kind text, debit_party_id uuid, debit_subject_id uuid,
        credit_kind text, credit_party_id uuid, credit_subject_id uuid)
      left join ledger_accounts debit on debit.party_id = moved.debit_party_id and debit.kind = moved.debit_kind
        and debit.subject_id = moved.debit_subject_id and debit.currency = moved.currency
      left join ledger_accounts credit on credit.party_id = moved.credit_party_id and credit.kind = moved.credit_kind
        and credit.subject_id = moved.credit_subject_id and credit.currency = moved.currency`;
}

function moves({ amount }: { readonly amount: bigint }): boolean {
  assert(amount >= 0n, "a transfer moves no negative amount: its accounts change sides");
  return amount > 0n;
}
