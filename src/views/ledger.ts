import type { Instant } from "../kernel/clock.ts";
import type { Kind, LedgerAccountId, Uuid } from "../kernel/ids.ts";
import type { Currency } from "../kernel/money.ts";
import type { LedgerAccountKind } from "../modules/ledger/index.ts";
import { instantParameter, type Reader, sql } from "../platform/db/index.ts";

/** What was moved to the two sides of all accounts of a kind and currency: minor units as text, for sums may be larger than any amount. */
export type LedgerSums = {
  readonly kind: LedgerAccountKind;
  readonly currency: Currency;
  readonly debited: string;
  readonly credited: string;
};

/** Everything that is booked: what is rolled up and what is not yet, in one snapshot. */
export async function readTrialBalance(reader: Reader): Promise<readonly LedgerSums[]> {
  return reader.query(sql<LedgerSums>`
    with sides as (
      select account_id, debited, credited from ledger_balances
      union all
      select side.account_id, side.debited, side.credited
      from ledger_unrolled
        join ledger_transfers transfer using (transaction_id)
        cross join lateral (values
          (transfer.debit_account_id, transfer.amount, 0::bigint), (transfer.credit_account_id, 0::bigint, transfer.amount)
        ) as side (account_id, debited, credited)
    )
    select account.kind, account.currency, coalesce(sum(debited), 0)::text as debited, coalesce(sum(credited), 0)::text as credited
    from sides
      join ledger_accounts account using (account_id)
    group by account.kind, account.currency
    order by account.currency, account.kind`);
}

/**
 * What had been booked at a moment: the sum of all transfers that bear this time or an earlier one. Balances know no past, so this reads every
 * transfer up to then, and takes the longer the more there are; no other read of the books does. What is being booked bears the time at
 * which its request began to wait, so a moment is final only when all that was under way then has ended: some seconds later.
 */
export async function readTrialBalanceAt(reader: Reader, at: Instant): Promise<readonly LedgerSums[]> {
  return reader.query(sql<LedgerSums>`
    with sides as (
      select debit_account_id as account_id, amount as debited, 0::bigint as credited
      from ledger_transfers where at <= ${instantParameter(at)}::timestamptz
      union all
      select credit_account_id, 0, amount from ledger_transfers where at <= ${instantParameter(at)}::timestamptz
    )
    select account.kind, account.currency, coalesce(sum(debited), 0)::text as debited, coalesce(sum(credited), 0)::text as credited
    from sides
      join ledger_accounts account using (account_id)
    group by account.kind, account.currency
    order by account.currency, account.kind`);
}

/** The accounts of one kind that a party has, over a time: what had been moved before it, and what was moved in it. */
export type StatementRow = {
  readonly kind: LedgerAccountKind;
  readonly opening_debited: string;
  readonly opening_credited: string;
  readonly debited: string;
  readonly credited: string;
};

type Period = { readonly currency: string; readonly from: Instant; readonly before: Instant };

/** The statement of account of a company or seller: `from` is in it, `before` is not. */
export async function readStatementOfAccount(
  reader: Reader,
  partyId: Uuid,
  { currency, from, before }: Period,
): Promise<readonly StatementRow[]> {
  return reader.query(sql<StatementRow>`
    with sides as (
      select debit_account_id as account_id, amount as debited, 0::bigint as credited, at
      from ledger_transfers
      where debit_party_id = ${partyId} and currency = ${currency} and at < ${instantParameter(before)}::timestamptz
      union all
      select credit_account_id, 0, amount, at
      from ledger_transfers
      where credit_party_id = ${partyId} and currency = ${currency} and at < ${instantParameter(before)}::timestamptz
    ), told as (
      select account.kind, debited, credited, at < ${instantParameter(from)}::timestamptz as is_opening
      from sides
        join ledger_accounts account using (account_id)
    )
    select kind, coalesce(sum(debited) filter (where is_opening), 0)::text as opening_debited,
      coalesce(sum(credited) filter (where is_opening), 0)::text as opening_credited,
      coalesce(sum(debited) filter (where not is_opening), 0)::text as debited,
      coalesce(sum(credited) filter (where not is_opening), 0)::text as credited
    from told
    group by kind
    order by kind`);
}

/** An account with what was moved to its two sides. */
export type LedgerAccountView = {
  readonly account_id: LedgerAccountId;
  readonly kind: LedgerAccountKind;
  readonly party_id: Uuid;
  readonly subject_type: Kind | null;
  readonly subject_id: Uuid;
  readonly currency: Currency;
  readonly opened_at: Instant;
  readonly debited: string;
  readonly credited: string;
};

/** Which accounts are asked for: of these kinds, of a party or all (undefined), in a currency or all. */
export type LedgerAccountFilter = {
  readonly kinds: readonly LedgerAccountKind[];
  readonly partyId: Uuid | undefined;
  readonly currency: string | undefined;
};

type Window = { readonly before: Uuid; readonly count: number };

/** Accounts with their balances, by their ids from the highest. */
export async function listLedgerAccounts(
  reader: Reader,
  { kinds, partyId, currency }: LedgerAccountFilter,
  { before, count }: Window,
): Promise<readonly LedgerAccountView[]> {
  return reader.query(sql<LedgerAccountView>`
    with page as (
      select account_id, kind, party_id, subject_type, subject_id, currency, opened_at
      from ledger_accounts
      where account_id < ${before}::uuid and kind = any (${kinds}::text[])
        and party_id = coalesce(${partyId ?? null}::uuid, party_id) and currency = coalesce(${currency ?? null}::text, currency)
      order by account_id desc
      limit ${count}
    ), waiting as (
      select side.account_id, sum(side.debited) as debited, sum(side.credited) as credited
      from ledger_unrolled
        join ledger_transfers transfer using (transaction_id)
        cross join lateral (values
          (transfer.debit_account_id, transfer.amount, 0::bigint), (transfer.credit_account_id, 0::bigint, transfer.amount)
        ) as side (account_id, debited, credited)
      group by side.account_id
    )
    select page.account_id, page.kind, page.party_id, page.subject_type, page.subject_id, page.currency, page.opened_at,
      (coalesce(balance.debited, 0) + coalesce(waiting.debited, 0))::text as debited,
      (coalesce(balance.credited, 0) + coalesce(waiting.credited, 0))::text as credited
    from page
      left join ledger_balances balance using (account_id)
      left join waiting using (account_id)
    order by page.account_id desc`);
}
