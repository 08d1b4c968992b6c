import type { Instant } from "../kernel/clock.ts";
import type { Kind, LedgerAccountId, LedgerTransactionId, Uuid } from "../kernel/ids.ts";
import type { Currency } from "../kernel/money.ts";
import type { LedgerAccountKind, LedgerTransactionKind } from "../modules/ledger/index.ts";
import { instantParameter, type Reader, sql } from "../platform/db/index.ts";

type Booked = {
  readonly transaction_id: LedgerTransactionId;
  readonly number: number;
  /** The number in the form of an id, by which a list goes on within a transaction. */
  readonly place: Uuid;
  readonly at: Instant;
  readonly amount: bigint;
  readonly currency: Currency;
  readonly kind: LedgerTransactionKind;
  readonly record_type: Kind;
  readonly record_id: Uuid;
  readonly cause: string;
};

/** A transfer as the operator reads it in the journal. */
export type JournalRow = Booked & {
  readonly debit_account_id: LedgerAccountId;
  readonly debit_kind: LedgerAccountKind;
  readonly debit_party_id: Uuid;
  readonly credit_account_id: LedgerAccountId;
  readonly credit_kind: LedgerAccountKind;
  readonly credit_party_id: Uuid;
};

/** A transfer as one of its parties reads it: the accounts that are not its own are null. */
export type PartyTransfer = Booked & {
  readonly debit_account_id: LedgerAccountId | null;
  readonly debit_kind: LedgerAccountKind | null;
  readonly credit_account_id: LedgerAccountId | null;
  readonly credit_kind: LedgerAccountKind | null;
};

/** One side of a transfer, as its account sees it. */
export type AccountEntry = Booked & {
  readonly side: "debit" | "credit";
  readonly other_account_id: LedgerAccountId;
  readonly other_kind: LedgerAccountKind;
  readonly other_party_id: Uuid;
};

/** Which transfers are asked for; `from` is in it, `before` is not, and what is undefined is not asked. */
export type JournalFilter = {
  readonly kinds: readonly LedgerTransactionKind[];
  readonly currency: string | undefined;
  readonly from: Instant | undefined;
  readonly before: Instant | undefined;
};

type Window = { readonly before: Uuid; readonly beforeSecond: Uuid; readonly count: number };

/** All transfers, the newest transaction first. */
export async function listJournal(reader: Reader, filter: JournalFilter, window: Window): Promise<readonly JournalRow[]> {
  return reader.query(sql<JournalRow>`
    select t.transaction_id, t.number, lpad(t.number::text, 32, '0')::uuid as place, t.at, t.amount, t.currency,
      transaction.kind, transaction.record_type, transaction.record_id, transaction.cause,
      t.debit_account_id, debit.kind as debit_kind, t.debit_party_id, t.credit_account_id, credit.kind as credit_kind, t.credit_party_id
    from ledger_transfers t
      join ledger_transactions transaction using (transaction_id)
      join ledger_accounts debit on debit.account_id = t.debit_account_id
      join ledger_accounts credit on credit.account_id = t.credit_account_id
    where (t.transaction_id, lpad(t.number::text, 32, '0')::uuid) < (${window.before}::uuid, ${window.beforeSecond}::uuid)
      and transaction.kind = any (${filter.kinds}::text[]) and t.currency = coalesce(${filter.currency ?? null}::text, t.currency)
      and t.at >= coalesce(${instantParameter(filter.from)}::timestamptz, '-infinity')
      and t.at < coalesce(${instantParameter(filter.before)}::timestamptz, 'infinity')
    order by t.transaction_id desc, t.number desc
    limit ${window.count}`);
}

/** The transfers from or to accounts of one company or seller, the newest transaction first. */
export async function listTransfersOfParty(
  reader: Reader,
  partyId: Uuid,
  filter: Pick<JournalFilter, "currency" | "from" | "before">,
  window: Window,
): Promise<readonly PartyTransfer[]> {
  return reader.query(sql<PartyTransfer>`
    with own as (
      (select transaction_id, number, at, amount, currency, debit_account_id, credit_account_id
       from ledger_transfers t
       where t.debit_party_id = ${partyId}
         and (t.transaction_id, lpad(t.number::text, 32, '0')::uuid) < (${window.before}::uuid, ${window.beforeSecond}::uuid)
         and t.currency = coalesce(${filter.currency ?? null}::text, t.currency)
         and t.at >= coalesce(${instantParameter(filter.from)}::timestamptz, '-infinity')
         and t.at < coalesce(${instantParameter(filter.before)}::timestamptz, 'infinity')
       order by t.transaction_id desc, t.number desc
       limit ${window.count})
      union
      (select transaction_id, number, at, amount, currency, debit_account_id, credit_account_id
       from ledger_transfers t
       where t.credit_party_id = ${partyId}
         and (t.transaction_id, lpad(t.number::text, 32, '0')::uuid) < (${window.before}::uuid, ${window.beforeSecond}::uuid)
         and t.currency = coalesce(${filter.currency ?? null}::text, t.currency)
         and t.at >= coalesce(${instantParameter(filter.from)}::timestamptz, '-infinity')
         and t.at < coalesce(${instantParameter(filter.before)}::timestamptz, 'infinity')
       order by t.transaction_id desc, t.number desc
       limit ${window.count})
    )
    select own.transaction_id, own.number, lpad(own.number::text, 32, '0')::uuid as place, own.at, own.amount, own.currency,
      transaction.kind, transaction.record_type, transaction.record_id, transaction.cause,
      debit.account_id as debit_account_id, debit.kind as debit_kind, credit.account_id as credit_account_id, credit.kind as credit_kind
    from own
      join ledger_transactions transaction using (transaction_id)
      left join ledger_accounts debit on debit.account_id = own.debit_account_id and debit.party_id = ${partyId}
      left join ledger_accounts credit on credit.account_id = own.credit_account_id and credit.party_id = ${partyId}
    order by own.transaction_id desc, own.number desc
    limit ${window.count}`);
}

/** What was moved to both sides of one account, the newest transaction first; undefined when there is no such account. */
export async function listEntriesOfAccount(
  reader: Reader,
  accountId: LedgerAccountId,
  window: Window,
): Promise<readonly AccountEntry[] | undefined> {
  const account = await reader.find(sql<{ kind: LedgerAccountKind }>`select kind from ledger_accounts where account_id = ${accountId}`);
  if (account === undefined) return undefined;
  return reader.query(sql<AccountEntry>`
    with entries as (
      (select transaction_id, number, at, amount, currency, 'debit' as side, credit_account_id as other_account_id
       from ledger_transfers t
       where t.debit_account_id = ${accountId}
         and (t.transaction_id, lpad(t.number::text, 32, '0')::uuid) < (${window.before}::uuid, ${window.beforeSecond}::uuid)
       order by t.transaction_id desc, t.number desc
       limit ${window.count})
      union all
      (select transaction_id, number, at, amount, currency, 'credit', debit_account_id
       from ledger_transfers t
       where t.credit_account_id = ${accountId}
         and (t.transaction_id, lpad(t.number::text, 32, '0')::uuid) < (${window.before}::uuid, ${window.beforeSecond}::uuid)
       order by t.transaction_id desc, t.number desc
       limit ${window.count})
    )
    select entries.transaction_id, entries.number, lpad(entries.number::text, 32, '0')::uuid as place, entries.at, entries.amount,
      entries.currency, transaction.kind, transaction.record_type, transaction.record_id, transaction.cause,
      entries.side, entries.other_account_id, other.kind as other_kind, other.party_id as other_party_id
    from entries
      join ledger_transactions transaction using (transaction_id)
      join ledger_accounts other on other.account_id = entries.other_account_id
    order by entries.transaction_id desc, entries.number desc
    limit ${window.count}`);
}
