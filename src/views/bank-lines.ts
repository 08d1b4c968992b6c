import type { Instant } from "../kernel/clock.ts";
import type { BankLineId, BankStatementId, CheckoutId, CompanyId, Uuid } from "../kernel/ids.ts";
import type { Currency } from "../kernel/money.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** What a line was taken for, as it is shown; undone ones and what undid them too. */
export type ShownAllocation = {
  readonly number: number;
  readonly target: string;
  readonly target_id: Uuid;
  readonly company_id: CompanyId | null;
  readonly amount: string;
  readonly undoes: number | null;
  readonly at: string;
};

/** A line of the operator's bank as it is shown. Amounts are minor units. */
export type BankLineView = {
  readonly line_id: BankLineId;
  readonly statement_id: BankStatementId | null;
  readonly account: string;
  readonly direction: string;
  readonly amount: bigint;
  readonly currency: Currency;
  readonly booked_on: string;
  readonly value_on: string | null;
  readonly bank_reference: string | null;
  readonly end_to_end_id: string | null;
  readonly counterparty_name: string | null;
  readonly counterparty_iban: string | null;
  readonly texts: readonly string[];
  readonly is_return: boolean;
  readonly state: string;
  readonly reason: string | null;
  readonly version: number;
  readonly allocated: bigint;
  readonly recorded_line: BankLineId | null;
  readonly at: Instant;
  readonly allocations: readonly ShownAllocation[];
};

/** One line. */
export async function findBankLine(reader: Reader, lineId: BankLineId): Promise<BankLineView | undefined> {
  return reader.find(sql<BankLineView>`
    select l.line_id, l.statement_id, l.account, l.direction, l.amount, l.currency, l.booked_on, l.value_on, l.bank_reference, l.end_to_end_id,
      l.counterparty_name, l.counterparty_iban, l.texts, l.is_return, l.state, l.reason, l.version, l.allocated, l.recorded_line, l.at,
      (select coalesce(json_agg(f), '[]') from (
        select a.number, a.target, a.target_id, a.company_id, a.amount::text as amount, a.undoes, a.at
        from bank_allocations a
        where a.line_id = l.line_id
        order by a.number) f) as allocations
    from bank_lines l
    where l.line_id = ${lineId}`);
}

/** Which lines are asked for; undefined is not asked. */
export type BankLineFilter = { readonly states: readonly string[]; readonly account: string | undefined };

/** Lines, new to old. */
export async function listBankLines(
  reader: Reader,
  { states, account }: BankLineFilter,
  page: { readonly before: Uuid; readonly count: number },
): Promise<readonly BankLineView[]> {
  return reader.query(sql<BankLineView>`
    select l.line_id, l.statement_id, l.account, l.direction, l.amount, l.currency, l.booked_on, l.value_on, l.bank_reference, l.end_to_end_id,
      l.counterparty_name, l.counterparty_iban, l.texts, l.is_return, l.state, l.reason, l.version, l.allocated, l.recorded_line, l.at,
      (select coalesce(json_agg(f), '[]') from (
        select a.number, a.target, a.target_id, a.company_id, a.amount::text as amount, a.undoes, a.at
        from bank_allocations a
        where a.line_id = l.line_id
        order by a.number) f) as allocations
    from bank_lines l
    where l.line_id < ${page.before} and l.state = any (${states}::text[]) and l.account = coalesce(${account ?? null}::text, l.account)
    order by l.line_id desc
    limit ${page.count}`);
}

/** How much money of a line waits, before it is locked. */
export async function findBankLineMoney(
  reader: Reader,
  lineId: BankLineId,
): Promise<{ readonly amount: bigint; readonly allocated: bigint; readonly currency: Currency } | undefined> {
  return reader.find(
    sql<{
      amount: bigint;
      allocated: bigint;
      currency: Currency;
    }>`select amount, allocated, currency from bank_lines where line_id = ${lineId}`,
  );
}

/** A statement of the bank as it is shown. */
export type BankStatementView = {
  readonly statement_id: BankStatementId;
  readonly account: string;
  readonly currency: Currency;
  readonly bank_id: string;
  readonly sequence: string | null;
  readonly format: string;
  readonly opening: bigint;
  readonly opening_on: string;
  readonly closing: bigint;
  readonly closing_on: string;
  readonly lines: number;
  readonly skipped: number;
  readonly taken: number;
  readonly fresh: number;
  readonly continuity: string | null;
  readonly difference: bigint | null;
  readonly at: Instant;
};

/** Statements, new to old. */
export async function listBankStatements(
  reader: Reader,
  account: string | undefined,
  page: { readonly before: Uuid; readonly count: number },
): Promise<readonly BankStatementView[]> {
  return reader.query(sql<BankStatementView>`
    select s.statement_id, s.account, s.currency, s.bank_id, s.sequence, s.format, s.opening, s.opening_on, s.closing, s.closing_on, s.lines,
      s.skipped, s.taken, s.fresh, s.continuity, s.difference, s.at
    from bank_statements s
    where s.statement_id < ${page.before} and s.account = coalesce(${account ?? null}::text, s.account)
    order by s.statement_id desc
    limit ${page.count}`);
}

/** Money of a company that the operator holds. */
export type FundsView = {
  readonly company_id: CompanyId;
  readonly checkout_id: CheckoutId;
  readonly currency: Currency;
  readonly received: bigint;
  readonly used: bigint;
};

/** The funds of a company that are not used up, those that are free first; at most 1,000. */
export async function readFundsOfCompany(reader: Reader, companyId: CompanyId): Promise<readonly FundsView[]> {
  return reader.query(sql<FundsView>`
    select f.company_id, f.checkout_id, f.currency, f.received, f.used
    from company_funds f
    where f.company_id = ${companyId} and f.received > f.used
    order by f.checkout_id, f.currency
    limit 1000`);
}
