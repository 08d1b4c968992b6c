import { createIdSource, type ApiKeyId, type CompanyId, type SellerId } from "../../src/kernel/ids.ts";
import { addMillis, type Instant, instant } from "../../src/kernel/clock.ts";
import { currency } from "../../src/kernel/money.ts";
import { type LedgerTransaction, type LedgerTransfer, post, rollUp } from "../../src/modules/ledger/index.ts";
import { type Database, withFlowTransaction, withReader } from "../../src/platform/db/index.ts";
import { readTrialBalance, readTrialBalanceAt } from "../../src/views/ledger.ts";
import { runDoctor } from "../../src/views/doctor/index.ts";

export const newId = createIdSource((bytes) => crypto.getRandomValues(bytes));
export const noon: Instant = instant(1_795_348_800_000);
export const eur = currency("EUR");
export const by = { at: noon, actor: { kind: "operator", id: newId<ApiKeyId>(noon) }, newId } as const;
export const companyOf = (): CompanyId => newId<CompanyId>(noon);
export const sellerOf = (): SellerId => newId<SellerId>(noon);

/** A fact of some kind with these transfers, on a record that nobody asks for here. */
export function fact(transfers: readonly LedgerTransfer[], changes: Partial<LedgerTransaction> = {}): LedgerTransaction {
  const id = newId(noon);
  return {
    ...{ kind: "receipt_booked", businessKey: id, currency: eur, record: { type: "receipt", id }, cause: "test", transfers },
    ...changes,
  };
}

/** Books facts in a transaction of their own, at a time of one's own. */
export function booked(database: Database, facts: readonly LedgerTransaction[], millis = 0): Promise<void> {
  return withFlowTransaction(database, { role: "stoa_flow", locks: [] }, (tx) => post(tx, facts, { ...by, at: addMillis(noon, millis) }));
}

/** One pass of the roll-up. */
export function rolledUp(database: Database, limit = 1_000): Promise<number> {
  return withFlowTransaction(database, { role: "stoa_flow", locks: [] }, (tx) => rollUp(tx, limit));
}

/** `bank EUR 100 0` for each kind and currency: debited, credited. */
export async function trialBalance(database: Database, at?: Instant): Promise<readonly string[]> {
  const rows = await withReader(database, { role: "stoa_operator" }, (reader) =>
    at === undefined ? readTrialBalance(reader) : readTrialBalanceAt(reader, at),
  );
  return rows.map(({ kind, currency: code, debited, credited }) => `${kind} ${code} ${debited} ${credited}`);
}

/** What doctor says of the balances. */
export async function foundOfBalances(database: Database): Promise<readonly string[]> {
  const { invariants } = await runDoctor(database, { confirmAfterMillis: 0, examples: 100 });
  const found = invariants.find(({ number }) => number === "M1");
  if (found === undefined) throw new Error("doctor does not look at M1");
  return found.examples.map(({ rows, detail }) => `${rows.join(" ")}: ${detail}`);
}
