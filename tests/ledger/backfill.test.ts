import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrationsFolder } from "../../src/platform/db/migrations.ts";
import { runDoctor } from "../../src/views/doctor/index.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { rolledUp, trialBalance } from "./books.ts";

let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

/** What the migration that made the books does with receipts that stand. */
async function backfill(): Promise<string> {
  const text = await readFile(join(migrationsFolder, "0012_ledger.sql"), "utf8");
  const found = /^alter table receipts no force[\s\S]*^alter table receipts force row level security;$/m.exec(text);
  if (found === null) throw new Error("the migration books no receipts");
  return found[0];
}

test("receipts that were recorded before there were books are booked as they would be now", async () => {
  const [seller, company, other] = [await market.seller(), await market.company(), await market.company()];
  for (const [count, by] of [company, other, company].entries()) {
    const offer = await seller.offer({ units: 5 });
    const { id, total } = await by.placed([{ offer, quantity: count + 1 }], { method: "bank_transfer" });
    const amount = { amount: total.amount, currency: "EUR" };
    await market.operator.post(`/v1/operator/checkouts/${id}/receipts`, { bank_reference: `BANK-${count}`, amount });
  }
  const { database } = market;
  const before = await trialBalance(database.database);
  const facts = () =>
    database.owner(
      `select x.kind, x.business_key, x.at, x.record_type, x.record_id, x.actor_kind, x.actor_id, x.cause, t.number, t.amount, t.currency, t.at as moved_at,
         debit.kind as debit_kind, debit.party_id as debit_party, debit.subject_id as debit_subject, debit.subject_type as debit_type,
         credit.kind as credit_kind, credit.party_id as credit_party, credit.subject_id as credit_subject, credit.subject_type as credit_type
       from ledger_transactions x join ledger_transfers t using (transaction_id)
         join ledger_accounts debit on debit.account_id = t.debit_account_id join ledger_accounts credit on credit.account_id = t.credit_account_id
       order by x.business_key`,
    );
  const booked = await facts();
  expect(booked).toHaveLength(3);

  for (const server of market.servers) await server.kill();
  await database.owner(`
    alter table ledger_accounts disable trigger user; alter table ledger_transactions disable trigger user;
    alter table ledger_transfers disable trigger user;
    delete from ledger_unrolled; delete from ledger_balances; delete from ledger_transfers; delete from ledger_transactions; delete from ledger_accounts;
    alter table ledger_accounts enable trigger user; alter table ledger_transactions enable trigger user;
    alter table ledger_transfers enable trigger user`);
  const found = async () =>
    (await runDoctor(database.database, { confirmAfterMillis: 0 })).invariants.filter(({ violations }) => violations > 0);
  expect((await found()).map(({ number, violations }) => [number, violations])).toEqual([
    // Funds of three checkouts that no account holds, and three lines of the bank that nothing was booked for.
    ["M2", 3],
    ["M8", 3],
  ]);
  // Receipts were rows of their own then, and their own records; now they are lines of the bank.
  await database.owner(`
    alter table bank_lines no force row level security; alter table bank_allocations no force row level security;
    create table receipts as
      select line_id as receipt_id, a.company_id, a.target_id as checkout_id, l.amount, l.currency, l.recorded_by, l.at
      from bank_lines l join bank_allocations a using (line_id);
    alter table bank_lines force row level security; alter table bank_allocations force row level security`);
  await database.owner(await backfill());
  await database.owner("drop table receipts");

  expect(await facts()).toEqual(booked.map((fact) => ({ ...fact, record_type: "receipt" })));
  expect(await trialBalance(database.database)).toEqual(before);
  expect(await rolledUp(database.database)).toBe(3);
  expect(await trialBalance(database.database)).toEqual(before);
  expect(await found()).toEqual([]);
});
