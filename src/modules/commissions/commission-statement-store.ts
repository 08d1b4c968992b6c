import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { CommissionInvoiceId, CommissionStatementId, IdSource, SellerId } from "../../kernel/ids.ts";
import type { Currency } from "../../kernel/money.ts";
import { instantParameter, locking, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { CommissionTax } from "./commission.ts";
import {
  appendCharges,
  type ChargedCommission,
  chargedBy,
  type CommissionCharge,
  type CommissionEntry,
  type CommissionStatement,
  statementName,
} from "./commission-statement.ts";

type StatementRow = {
  seller_id: SellerId;
  statement_id: CommissionStatementId;
  currency: Currency;
  tax_code: CommissionTax["code"];
  tax_rate_ppm: number;
  exemption_code: string | null;
  exemption_text: string | null;
  net: bigint;
  tax: bigint;
  entries: number;
  opened_at: Instant;
  closed_at: Instant | null;
  commission_invoice_id: CommissionInvoiceId | null;
};

/** When it is charged, and names for statements that have to be opened. */
export type ChargedAt = { readonly at: Instant; readonly newId: IdSource };

const mostTries = 3;

/**
 * Charges commission to the open statements of its sellers, or gives it back; statements that are not open yet are opened. One of nothing
 * writes nothing. The number of statements sent does not depend on the number of charges. The same document charges a kind once for each
 * occurrence: a second time is a fault.
 *
 * Locks: seller_balance. What was locked by whoever closed it meanwhile is not open any more, and the next one is opened in its place.
 *
 * @returns net and tax of each charge, in the order in which they were given, both never negative
 */
export async function chargeCommissions(
  tx: Transaction,
  charges: readonly CommissionCharge[],
  by: ChargedAt,
): Promise<ChargedCommission[]> {
  const real = charges.filter(({ amount }) => amount !== 0n);
  if (real.length === 0) return charges.map(() => chargedBy({ net: 0n, tax: 0n }));
  const open = await lockOpenStatements(tx, real, by);
  const entryOf = new Map<CommissionCharge, CommissionEntry>();
  const changed = [...Map.groupBy(real, statementName)].map(([name, ofStatement]) => {
    const statement = open.get(name);
    assert(statement !== undefined, "the statement of a charge is open");
    const appended = appendCharges(statement, ofStatement);
    for (const [index, charge] of ofStatement.entries()) {
      const entry = appended.entries[index];
      if (entry !== undefined) entryOf.set(charge, entry);
    }
    return appended.statement;
  });
  await writeEntries(tx, changed, [...entryOf.values()], by.at);
  return charges.map((charge) => chargedBy(entryOf.get(charge) ?? { net: 0n, tax: 0n }));
}

async function lockOpenStatements(
  tx: Transaction,
  charges: readonly CommissionCharge[],
  { at, newId }: ChargedAt,
): Promise<ReadonlyMap<string, CommissionStatement>> {
  const keys = [...new Map(charges.map((charge) => [statementName(charge), charge])).values()];
  for (let tried = 0; tried < mostTries; tried += 1) {
    const asked = JSON.stringify(
      keys.map(({ sellerId, currency, taxCode, taxRatePpm, exemptionCode, exemptionText }) => ({
        ...{ seller_id: sellerId, statement_id: newId<CommissionStatementId>(at), currency, tax_code: taxCode, tax_rate_ppm: taxRatePpm },
        ...{ exemption_code: exemptionCode, exemption_text: exemptionText },
      })),
    );
    const [, rows] = await tx.pipeline([
      // Made here, so that a statement that two would open is waited for in the lock order, and not later.
      locking(
        "seller_balance",
        sql`
        insert into commission_statements (seller_id, statement_id, currency, tax_code, tax_rate_ppm, exemption_code, exemption_text, opened_at)
        select seller_id, statement_id, currency, tax_code, tax_rate_ppm, exemption_code, exemption_text, ${instantParameter(at)}::timestamptz
        from json_to_recordset(${asked}::json) as asked (
          seller_id uuid, statement_id uuid, currency text, tax_code text, tax_rate_ppm integer, exemption_code text, exemption_text text)
        order by seller_id, currency, tax_code, tax_rate_ppm
        on conflict (seller_id, currency, tax_code, tax_rate_ppm) where closed_at is null do nothing`,
      ),
      locking(
        "seller_balance",
        sql<StatementRow>`
        select s.seller_id, s.statement_id, s.currency, s.tax_code, s.tax_rate_ppm, s.exemption_code, s.exemption_text, s.net, s.tax,
          s.entries, s.opened_at, s.closed_at, s.commission_invoice_id
        from commission_statements s
        where s.closed_at is null and (s.seller_id, s.currency, s.tax_code, s.tax_rate_ppm) in (
          select asked.seller_id, asked.currency, asked.tax_code, asked.tax_rate_ppm
          from json_to_recordset(${asked}::json) as asked (seller_id uuid, currency text, tax_code text, tax_rate_ppm integer))
        order by s.seller_id, s.currency, s.tax_code, s.tax_rate_ppm
        for no key update`,
      ),
    ]);
    const open = new Map(rows.map((row) => [statementName(toStatement(row)), toStatement(row)]));
    if (keys.every((key) => open.has(statementName(key)))) return open;
  }
  throw new Error("the open commission statements were closed again and again");
}

async function writeEntries(
  tx: Transaction,
  statements: readonly CommissionStatement[],
  entries: readonly CommissionEntry[],
  at: Instant,
): Promise<void> {
  const statementRows = statements.map(({ sellerId, statementId, net, tax, entries: count }) => ({
    ...{ seller_id: sellerId, statement_id: statementId, net: `${net}`, tax: `${tax}`, entries: count },
  }));
  const entryRows = entries.map((entry) => ({
    ...{ seller_id: entry.sellerId, statement_id: entry.statementId, number: entry.number, kind: entry.kind },
    ...{ document_id: entry.documentId, occurrence: entry.occurrence, net: `${entry.net}`, tax: `${entry.tax}` },
    ...{ net_after: `${entry.netAfter}`, tax_rate_ppm: entry.taxRatePpm },
  }));
  const written = await tx.execute(sql`
    with appended as (
      insert into commission_entries (seller_id, statement_id, number, kind, document_id, occurrence, net, tax, net_after, tax_rate_ppm, at)
      select seller_id, statement_id, number, kind, document_id, occurrence, net, tax, net_after, tax_rate_ppm,
        ${instantParameter(at)}::timestamptz
      from json_to_recordset(${JSON.stringify(entryRows)}::json) as x (
        seller_id uuid, statement_id uuid, number integer, kind text, document_id uuid, occurrence integer, net bigint, tax bigint,
        net_after bigint, tax_rate_ppm integer)
    )
    update commission_statements s set net = changed.net, tax = changed.tax, entries = changed.entries
    from json_to_recordset(${JSON.stringify(statementRows)}::json)
      as changed (seller_id uuid, statement_id uuid, net bigint, tax bigint, entries integer)
    where s.seller_id = changed.seller_id and s.statement_id = changed.statement_id`);
  assert(written === statements.length, "statements that are charged are there");
}

/** Locks a statement, open or not; undefined when there is none of this id. */
export async function lockStatement(tx: Transaction, statementId: CommissionStatementId): Promise<CommissionStatement | undefined> {
  const [row] = await tx.query(
    locking(
      "seller_balance",
      sql<StatementRow>`
      select seller_id, statement_id, currency, tax_code, tax_rate_ppm, exemption_code, exemption_text, net, tax, entries, opened_at,
        closed_at, commission_invoice_id
      from commission_statements
      where statement_id = ${statementId}
      for no key update`,
    ),
  );
  return row && toStatement(row);
}

/** Closes a locked statement with the invoice that carries it. */
export async function closeStatement(
  tx: Transaction,
  { sellerId, statementId }: Pick<CommissionStatement, "sellerId" | "statementId">,
  { closedAt, commissionInvoiceId }: { readonly closedAt: Instant; readonly commissionInvoiceId: CommissionInvoiceId },
): Promise<void> {
  const closed = await tx.execute(sql`
    update commission_statements
    set closed_at = ${instantParameter(closedAt)}, commission_invoice_id = ${commissionInvoiceId}
    where seller_id = ${sellerId} and statement_id = ${statementId} and closed_at is null`);
  assert(closed === 1, `the statement ${statementId} is open`);
}

/** A statement. Undefined when the reader sees none of this id. */
export async function findStatement(reader: Reader, statementId: CommissionStatementId): Promise<CommissionStatement | undefined> {
  const row = await reader.find(sql<StatementRow>`
    select seller_id, statement_id, currency, tax_code, tax_rate_ppm, exemption_code, exemption_text, net, tax, entries, opened_at,
      closed_at, commission_invoice_id
    from commission_statements
    where statement_id = ${statementId}`);
  return row && toStatement(row);
}

/** Statements from new to old, those with an id below `before`; of a seller, in a currency, open or closed where that is asked. */
export async function listStatements(
  reader: Reader,
  filter: { readonly sellerId: SellerId | null; readonly currency: string | null; readonly open: boolean | null },
  { before, count }: { readonly before: string; readonly count: number },
): Promise<CommissionStatement[]> {
  const rows = await reader.query(sql<StatementRow>`
    select seller_id, statement_id, currency, tax_code, tax_rate_ppm, exemption_code, exemption_text, net, tax, entries, opened_at,
      closed_at, commission_invoice_id
    from commission_statements
    where statement_id < ${before}::uuid and (${filter.sellerId}::uuid is null or seller_id = ${filter.sellerId}::uuid)
      and (${filter.currency}::text is null or currency = ${filter.currency}::text)
      and (${filter.open}::boolean is null or (closed_at is null) = ${filter.open}::boolean)
    order by statement_id desc
    limit ${count}`);
  return rows.map(toStatement);
}

function toStatement(row: StatementRow): CommissionStatement {
  return {
    ...{ sellerId: row.seller_id, statementId: row.statement_id, currency: row.currency },
    ...{ taxCode: row.tax_code, taxRatePpm: row.tax_rate_ppm, exemptionCode: row.exemption_code, exemptionText: row.exemption_text },
    ...{ net: row.net, tax: row.tax, entries: row.entries, openedAt: row.opened_at },
    ...{ closedAt: row.closed_at, commissionInvoiceId: row.commission_invoice_id },
  };
}
