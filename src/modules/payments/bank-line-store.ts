import { assert } from "../../kernel/assert.ts";
import type { BankLineId } from "../../kernel/ids.ts";
import type { Currency } from "../../kernel/money.ts";
import { instantParameter, locking, type Reader, sql, type Transaction } from "../../platform/db/index.ts";
import {
  type BankAllocation,
  type BankChangedBy,
  type BankLine,
  type BankLineFacts,
  handIdentity,
  type NewBankLine,
  type WaitingReason,
} from "./bank-line.ts";
import type { BankLineState } from "./bank-line-machine.ts";
import { allocationRows, type AllocationRow, toAllocation } from "./bank-allocation-rows.ts";

/**
 * Writes lines with what they were taken for, in one statement. Two of one identity are a fault (`bank_lines_identity_key`): who brings
 * lines holds their account and has asked which are known.
 */
export async function insertBankLines(
  tx: Transaction,
  lines: readonly NewBankLine[],
  allocations: readonly BankAllocation[],
  { keyId, idempotencyId, at }: BankChangedBy,
): Promise<void> {
  if (lines.length === 0) return;
  const allocated = Map.groupBy(allocations, ({ lineId }) => lineId);
  const rows = lines.map((line) => ({
    ...{ line_id: line.lineId, identity: line.identity, statement_id: line.statementId, account: line.account },
    ...{ direction: line.direction, amount: `${line.amount}`, currency: line.currency, booked_on: line.bookedOn, value_on: line.valueOn },
    ...{ bank_reference: line.bankReference, transaction_reference: line.transactionReference, end_to_end_id: line.endToEndId },
    ...{ counterparty_name: line.counterparty.name, counterparty_iban: line.counterparty.iban, texts: line.texts },
    ...{ is_return: line.isReturn, state: line.state, reason: line.reason, recorded_line: line.recordedLine },
    allocated: `${(allocated.get(line.lineId) ?? []).reduce((sum, { amount }) => sum + amount, 0n)}`,
    allocations: (allocated.get(line.lineId) ?? []).length,
  }));
  await tx.query(sql`
    with lines as (
      insert into bank_lines (line_id, identity, statement_id, account, direction, amount, currency, booked_on, value_on, bank_reference,
        transaction_reference, end_to_end_id, counterparty_name, counterparty_iban, texts, is_return, state, reason, recorded_line, allocated,
        allocations, recorded_by, idempotency_id, at)
      select line_id, identity, statement_id, account, direction, amount, currency, booked_on, value_on, bank_reference,
        transaction_reference, end_to_end_id, counterparty_name, counterparty_iban, texts, is_return, state, reason, recorded_line, allocated,
        allocations, ${keyId}::uuid, ${idempotencyId}::uuid, ${instantParameter(at)}::timestamptz
      from json_to_recordset(${JSON.stringify(rows)}::json) as x (
        line_id uuid, identity text, statement_id uuid, account text, direction text, amount bigint, currency text, booked_on date, value_on date,
        bank_reference text, transaction_reference text, end_to_end_id text, counterparty_name text, counterparty_iban text, texts text[],
        is_return boolean, state text, reason text, recorded_line uuid, allocated bigint, allocations integer)
    )
    insert into bank_allocations (line_id, number, target, target_id, company_id, seller_id, settlement, amount, undoes, actor_id, at)
    select line_id, number, target, target_id, company_id, seller_id, settlement, amount, undoes, ${keyId}::uuid,
      ${instantParameter(at)}::timestamptz
    from json_to_recordset(${allocationRows(allocations)}::json) as x (
      line_id uuid, number integer, target text, target_id uuid, company_id uuid, seller_id uuid, settlement integer, amount bigint,
      undoes integer)`);
}

/** A change of a locked line: its state now, why it waits, and what of it is newly taken for something, or is not any more. */
export type BankLineChange = {
  readonly line: BankLine;
  readonly state: BankLineState;
  readonly reason: WaitingReason | null;
  readonly allocations: readonly BankAllocation[];
};

/** Writes changes of locked lines, in one statement. @throws AssertionFailed for allocations that do not go on counting */
export async function changeBankLines(
  tx: Transaction,
  changes: readonly BankLineChange[],
  { keyId, at }: Pick<BankChangedBy, "keyId" | "at">,
): Promise<void> {
  if (changes.length === 0) return;
  for (const { line, allocations } of changes) {
    assert(
      allocations.every(({ lineId, number }, index) => lineId === line.lineId && number === line.allocations + index + 1),
      "allocations of a line are counted on",
    );
  }
  const rows = changes.map(({ line, state, reason, allocations }) => ({
    ...{ line_id: line.lineId, state, reason, version: line.version + 1, allocations: line.allocations + allocations.length },
    allocated: `${allocations.reduce((sum, { amount }) => sum + amount, line.allocated)}`,
  }));
  await tx.query(sql`
    with changed as (
      update bank_lines l
      set state = change.state, reason = change.reason, version = change.version, allocated = change.allocated, allocations = change.allocations
      from json_to_recordset(${JSON.stringify(rows)}::json)
        as change (line_id uuid, state text, reason text, version integer, allocated bigint, allocations integer)
      where l.line_id = change.line_id
    )
    insert into bank_allocations (line_id, number, target, target_id, company_id, seller_id, settlement, amount, undoes, actor_id, at)
    select line_id, number, target, target_id, company_id, seller_id, settlement, amount, undoes, ${keyId}::uuid,
      ${instantParameter(at)}::timestamptz
    from json_to_recordset(${allocationRows(changes.flatMap(({ allocations }) => allocations))}::json) as x (
      line_id uuid, number integer, target text, target_id uuid, company_id uuid, seller_id uuid, settlement integer, amount bigint,
      undoes integer)`);
}

type BankLineRow = {
  line_id: BankLineId;
  direction: "credit" | "debit";
  amount: bigint;
  currency: Currency;
  state: BankLineState;
  reason: WaitingReason | null;
  bank_reference: string | null;
  version: number;
  allocated: bigint;
  allocations: number;
};

/** Locks lines by primary key. They are of the bank account, and are locked behind it. One that is not there is not among them. */
export async function lockBankLines(tx: Transaction, lineIds: readonly BankLineId[]): Promise<BankLine[]> {
  if (lineIds.length === 0) return [];
  const rows = await tx.query(
    locking(
      "bank_account",
      sql<BankLineRow>`
      select line_id, direction, amount, currency, state, reason, bank_reference, version, allocated, allocations
      from bank_lines
      where line_id = any (${lineIds}::uuid[])
      order by line_id
      for no key update`,
    ),
  );
  return rows.map(({ line_id, bank_reference, ...row }) => ({ ...row, lineId: line_id, bankReference: bank_reference }));
}

/** What lines were taken for and still are: neither undone nor undoing. */
export async function readAllocations(reader: Reader, lineIds: readonly BankLineId[]): Promise<BankAllocation[]> {
  if (lineIds.length === 0) return [];
  const rows = await reader.query(sql<AllocationRow>`
    select a.line_id, a.number, a.target, a.target_id, a.company_id, a.seller_id, a.settlement, a.amount, a.undoes
    from bank_allocations a
    where a.line_id = any (${lineIds}::uuid[]) and a.undoes is null
      and not exists (select from bank_allocations u where u.line_id = a.line_id and u.undoes = a.number)
    order by a.line_id, a.number`);
  return rows.map(toAllocation);
}

/** Which of these identities are lines already. */
export async function readKnownIdentities(reader: Reader, identities: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await reader.query(sql<{ identity: string }>`select identity from bank_lines where identity = any (${identities}::text[])`);
  return new Set(rows.map(({ identity }) => identity));
}

/** A line that stands, by what another telling of the same booking would say. */
export type StandingLine = Pick<BankLineFacts, "identity" | "direction" | "amount" | "currency" | "bankReference" | "endToEndId"> & {
  readonly lineId: BankLineId;
};

type StandingRow = {
  line_id: BankLineId;
  identity: string;
  direction: "credit" | "debit";
  amount: bigint;
  currency: Currency;
  bank_reference: string | null;
  end_to_end_id: string | null;
};

type Likeness = Pick<BankLineFacts, "direction" | "amount" | "currency" | "bankReference" | "transactionReference">;

/** Lines by hand that no statement has told yet and that may be among these: of the same direction, amount, currency and reference. */
export async function findUntoldByHand(reader: Reader, lines: readonly Likeness[]): Promise<StandingLine[]> {
  const asked = lines.map(({ direction, amount, currency, bankReference, transactionReference }) => ({
    ...{ direction, amount: `${amount}`, currency, bank_reference: bankReference, transaction_reference: transactionReference },
  }));
  const rows = await reader.query(sql<StandingRow>`
    select distinct l.line_id, l.identity, l.direction, l.amount, l.currency, l.bank_reference, l.end_to_end_id
    from json_to_recordset(${JSON.stringify(asked)}::json)
        as asked (direction text, amount bigint, currency text, bank_reference text, transaction_reference text)
      join bank_lines l on l.currency = asked.currency and l.amount = asked.amount and l.direction = asked.direction
        and l.bank_reference in (asked.bank_reference, asked.transaction_reference)
    where l.statement_id is null and not exists (select from bank_lines told where told.recorded_line = l.line_id)
    order by l.line_id`);
  return rows.map(toStanding);
}

/** What is to be recorded by hand: the bank's reference of a booking of this amount. */
export type BookingByHand = Pick<BankLineFacts, "direction" | "amount" | "currency"> & { readonly bankReference: string };

/** The line of a booking that is to be recorded by hand, when it stands already: recorded under this reference, or told by a statement. */
export async function findBooking(
  reader: Reader,
  { direction, amount, currency, bankReference }: BookingByHand,
): Promise<{ readonly lineId: BankLineId; readonly state: BankLineState; readonly told: boolean } | undefined> {
  const [known] = await reader.query(sql<{ line_id: BankLineId; state: BankLineState; told: boolean }>`
    select line_id, state, statement_id is not null as told
    from bank_lines
    where identity = ${handIdentity(direction, bankReference)}
      or currency = ${currency} and amount = ${amount} and direction = ${direction} and state <> 'recorded'
        and (bank_reference = ${bankReference} or transaction_reference = ${bankReference})
    order by statement_id nulls first, line_id
    limit 1`);
  return known === undefined ? undefined : { lineId: known.line_id, state: known.state, told: known.told };
}

/** Receipts of these amounts that may still be undone: none of them is a return, told again, sent back or undone. */
export async function findReceived(
  reader: Reader,
  amounts: readonly { readonly amount: bigint; readonly currency: Currency }[],
): Promise<StandingLine[]> {
  if (amounts.length === 0) return [];
  const rows = await reader.query(sql<StandingRow>`
    select l.line_id, l.identity, l.direction, l.amount, l.currency, coalesce(l.bank_reference, told.bank_reference) as bank_reference,
      coalesce(l.end_to_end_id, told.end_to_end_id) as end_to_end_id
    from (select distinct amount, currency
          from unnest(${amounts.map(({ amount }) => amount)}::bigint[], ${amounts.map(({ currency }) => currency)}::text[])
            as asked (amount, currency)) asked
      join bank_lines l on l.currency = asked.currency and l.amount = asked.amount
      left join bank_lines told on told.recorded_line = l.line_id
    where l.direction = 'credit' and not l.is_return and l.state in ('matched', 'assigned', 'unmatched')
    order by l.line_id`);
  return rows.map(toStanding);
}

function toStanding(row: StandingRow): StandingLine {
  return {
    ...{ lineId: row.line_id, identity: row.identity, direction: row.direction, amount: row.amount, currency: row.currency },
    ...{ bankReference: row.bank_reference, endToEndId: row.end_to_end_id },
  };
}
