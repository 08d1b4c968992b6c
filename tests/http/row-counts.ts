import { sql, withReader } from "../../src/platform/db/index.ts";
import type { TestDatabase } from "../support/database.ts";

/**
 * How many rows each table holds, as the doctor's role sees them: what has no effect leaves them as they were. Sweeps are left out: they
 * are due some seconds after an organisation was suspended or held, and the background acts on them whatever else is asked; so are the balances,
 * to which the background adds what was booked.
 */
export async function rowCounts(test: TestDatabase): Promise<Record<string, number>> {
  const rows = await withReader(test.database, { role: "stoa_read", snapshot: true }, (reader) =>
    reader.query(sql<{ name: string; rows: number }>`
      select relname::text as name,
             (xpath('/row/rows/text()', query_to_xml(
               format('select count(*) as rows from %I %s', relname, case relname when 'deadlines' then 'where kind !~ ''_sweep$''' end),
               false, true, '')))[1]::text::integer as rows
      from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and has_any_column_privilege(oid, 'select')
        and relname not in ('ledger_unrolled', 'ledger_balances')
      order by relname`),
  );
  return Object.fromEntries(rows.map(({ name, rows: count }) => [name, count]));
}
