import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CheckoutId, LedgerAccountId, Uuid } from "../../src/kernel/ids.ts";
import { ledgerTransactionKinds, operatorAccount, boundFunds } from "../../src/modules/ledger/index.ts";
import { type Reader, withReader } from "../../src/platform/db/index.ts";
import { readStatementOfAccount, readTrialBalance, readTrialBalanceAt } from "../../src/views/ledger.ts";
import { listEntriesOfAccount, listJournal, listTransfersOfParty } from "../../src/views/ledger-transfers.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { booked, companyOf, fact, newId, noon, rolledUp } from "./books.ts";

let kit: TestDatabase;
let bank: LedgerAccountId;
const company = companyOf();
const last = "ffffffff-ffff-ffff-ffff-ffffffffffff" as Uuid;
const window = { before: last, beforeSecond: last, count: 51 };
const rounds = 20;

beforeAll(async () => {
  kit = await openTestDatabase();
  for (let round = 0; round < rounds; round += 1) {
    const facts = Array.from({ length: 1_000 }, (_, index) => {
      const funds = boundFunds(index < 10 ? company : companyOf(), newId<CheckoutId>(noon));
      return fact([{ debit: operatorAccount("bank"), credit: funds, amount: 100n }]);
    });
    await booked(kit.database, facts, round);
  }
  while ((await rolledUp(kit.database, 5_000)) > 0);
  await kit.owner("vacuum analyze");
  [{ account_id: bank } = { account_id: last as LedgerAccountId }] = await kit.owner<{ account_id: LedgerAccountId }>(
    "select account_id from ledger_accounts where kind = 'bank'",
  );
}, 120_000);
afterAll(() => kit.close());

const unasked = { currency: undefined, from: undefined, before: undefined };

const reads: Readonly<Record<string, readonly ["stoa_operator" | "stoa_application", (reader: Reader) => Promise<unknown>]>> = {
  "a page of the journal": ["stoa_operator", (reader) => listJournal(reader, { kinds: ledgerTransactionKinds, ...unasked }, window)],
  "a page of a hot account": ["stoa_operator", (reader) => listEntriesOfAccount(reader, bank, window)],
  "the transfers of a company": ["stoa_application", (reader) => listTransfersOfParty(reader, company, unasked, window)],
  "a statement of account": [
    "stoa_application",
    (reader) => readStatementOfAccount(reader, company, { currency: "EUR", from: noon, before: noon }),
  ],
  "the trial balance of now": ["stoa_operator", readTrialBalance],
};

const scopeOf = (role: "stoa_operator" | "stoa_application") =>
  role === "stoa_operator" ? ({ role } as const) : ({ role, organisation: company } as const);

/** The plans of the statements that a look sends, for the parameters it sends. */
async function plansOf(role: "stoa_operator" | "stoa_application", look: (reader: Reader) => Promise<unknown>): Promise<string> {
  const seen: { text: string; values: readonly unknown[] }[] = [];
  await withReader(kit.database, scopeOf(role), (reader) =>
    look({
      ...reader,
      query: (statement) => {
        seen.push(statement);
        return reader.query(statement);
      },
    }),
  );
  const client = new pg.Client({ connectionString: kit.url });
  await client.connect();
  try {
    await client.query(`set role ${role}; set app.organisation = '${company}'`);
    const plans: string[] = [];
    for (const { text, values } of seen) {
      const { rows } = await client.query<{ "QUERY PLAN": string }>(`explain ${text}`, [...values]);
      plans.push(...rows.map((row) => row["QUERY PLAN"]));
    }
    expect(plans.length).toBeGreaterThan(0);
    return plans.join("\n");
  } finally {
    await client.end();
  }
}

describe(`with ${rounds * 1_000} transactions behind it, what was booked is not read whole for`, () => {
  test.each(Object.entries(reads))("%s", async (_name, [role, look]) => {
    expect(await plansOf(role, look)).not.toMatch(/Seq Scan on ledger_(transfers|transactions)/);
  });

  test("but is read whole, as by nothing else, for the trial balance of a past moment", async () => {
    expect(await plansOf("stoa_operator", (reader) => readTrialBalanceAt(reader, noon))).toMatch(/Seq Scan on ledger_transfers/);
  });

  test("and books that are read whole are seen by the same eyes", async () => {
    const [role, look] = reads["a page of the journal"] ?? [];
    await kit.owner(
      "alter table ledger_transfers drop constraint ledger_transfers_pkey; drop index ledger_transfers_by_debit, ledger_transfers_by_credit",
    );
    expect(await plansOf(role ?? "stoa_operator", look ?? readTrialBalance)).toMatch(/Seq Scan on ledger_transfers/);
  });
});
