import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { currency } from "../../src/kernel/money.ts";
import { boundFunds, companyAccount, operatorAccount, sellerAccount } from "../../src/modules/ledger/index.ts";
import type { CheckoutId } from "../../src/kernel/ids.ts";
import { violatedConstraint, withReader } from "../../src/platform/db/index.ts";
import { readStatementOfAccount } from "../../src/views/ledger.ts";
import { listEntriesOfAccount, listTransfersOfParty } from "../../src/views/ledger-transfers.ts";
import { addMillis } from "../../src/kernel/clock.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { booked, companyOf, fact, foundOfBalances, newId, noon, rolledUp, sellerOf, trialBalance } from "./books.ts";

let kit: TestDatabase;
const opened: TestDatabase[] = [];
beforeEach(async () => {
  kit = await openTestDatabase();
  opened.push(kit);
});
afterAll(async () => {
  for (const each of opened) await each.close();
});

const bank = operatorAccount("bank");
const last = "ffffffff-ffff-ffff-ffff-ffffffffffff" as const;
const window = { before: last as never, beforeSecond: last as never, count: 100 };

describe("booking", () => {
  test("moves an amount from one account to another, and opens the accounts that there are not", async () => {
    const company = companyOf();
    const funds = boundFunds(company, newId<CheckoutId>(noon));
    await booked(kit.database, [fact([{ debit: bank, credit: funds, amount: 100n }])]);
    await booked(kit.database, [fact([{ debit: bank, credit: funds, amount: 23n }])]);
    expect(await trialBalance(kit.database)).toEqual(["bank EUR 123 0", "customer_funds EUR 0 123"]);
    expect(await kit.owner("select kind from ledger_accounts order by 1")).toEqual([{ kind: "bank" }, { kind: "customer_funds" }]);
  });

  test("sends as many statements for 1,000 facts as for one", async () => {
    const counted = async (facts: number) => {
      const seen: string[] = [];
      const end = kit.database.observe(({ text }) => void seen.push(text));
      const transfers = () => [
        { debit: companyAccount("receivable", companyOf()), credit: sellerAccount("payable_pending", sellerOf()), amount: 5n },
      ];
      await booked(
        kit.database,
        Array.from({ length: facts }, () => fact(transfers())),
      );
      end();
      return seen.length;
    };
    expect([await counted(1), await counted(1_000)]).toEqual([5, 5]); // begin, settings, accounts, transfers, commit
  });

  test("refuses a fact that is booked already by its name, and books nothing of what came with it", async () => {
    const company = companyOf();
    const once = fact([{ debit: bank, credit: companyAccount("customer_funds", company), amount: 100n }]);
    await booked(kit.database, [once]);
    const again = booked(kit.database, [fact([{ debit: bank, credit: companyAccount("customer_funds", company), amount: 1n }]), once]);
    await expect(again).rejects.toSatisfy((error) => violatedConstraint(error) === "ledger_transactions_booked_once");
    expect(await trialBalance(kit.database)).toEqual(["bank EUR 100 0", "customer_funds EUR 0 100"]);
  });

  test("of nothing writes the fact and no transfer", async () => {
    await booked(kit.database, [fact([{ debit: bank, credit: companyAccount("customer_funds", companyOf()), amount: 0n }])]);
    expect(await kit.owner("select kind from ledger_transactions")).toEqual([{ kind: "receipt_booked" }]);
    expect(await trialBalance(kit.database)).toEqual([]);
    expect(await rolledUp(kit.database)).toBe(1);
  });

  test("takes a negative amount for a fault", async () => {
    const wrong = fact([{ debit: bank, credit: companyAccount("customer_funds", companyOf()), amount: -1n }]);
    await expect(booked(kit.database, [wrong])).rejects.toThrow("a transfer moves no negative amount");
  });

  test("keeps currencies apart, in accounts of their own", async () => {
    const company = companyOf();
    const transfers = [{ debit: bank, credit: companyAccount("customer_funds", company), amount: 7n }];
    await booked(kit.database, [fact(transfers), fact(transfers, { currency: currency("SEK") })]);
    expect(await trialBalance(kit.database)).toEqual([
      ...["bank EUR 7 0", "customer_funds EUR 0 7"],
      ...["bank SEK 7 0", "customer_funds SEK 0 7"],
    ]);
  });

  test("adds up beyond what a JSON number can hold, and beyond 64 bits", async () => {
    const most = 2n ** 53n - 1n;
    const company = companyOf();
    const facts = Array.from({ length: 2_000 }, () =>
      fact([{ debit: bank, credit: companyAccount("customer_funds", company), amount: most }]),
    );
    await booked(kit.database, facts);
    expect(await trialBalance(kit.database)).toEqual([`bank EUR ${most * 2_000n} 0`, `customer_funds EUR 0 ${most * 2_000n}`]);
    while ((await rolledUp(kit.database)) > 0) expect(await foundOfBalances(kit.database)).toEqual([]);
    expect(most * 2_000n > 2n ** 63n).toBe(true);
    expect(await trialBalance(kit.database)).toEqual([`bank EUR ${most * 2_000n} 0`, `customer_funds EUR 0 ${most * 2_000n}`]);
  });

  test("of two who open the same accounts at once makes one of each", async () => {
    const [one, other] = [companyOf(), companyOf()];
    const transfers = [one, other].map((company) => ({ debit: bank, credit: companyAccount("customer_funds", company), amount: 1n }));
    await Promise.all(
      Array.from({ length: 8 }, (_, index) => booked(kit.database, [fact(index % 2 === 0 ? transfers : transfers.toReversed())])),
    );
    expect(await kit.owner("select count(*)::integer as accounts from ledger_accounts")).toEqual([{ accounts: 3 }]);
    expect(await trialBalance(kit.database)).toEqual(["bank EUR 16 0", "customer_funds EUR 0 16"]);
  });
});

describe("what was booked", () => {
  beforeEach(async () => {
    await booked(kit.database, [fact([{ debit: bank, credit: companyAccount("customer_funds", companyOf()), amount: 100n }])]);
  });

  test.each(["ledger_accounts", "ledger_transactions", "ledger_transfers"])(
    "in %s is not changed, deleted or emptied, by its owner either",
    async (table) => {
      const column = table === "ledger_accounts" ? "currency" : "at";
      for (const change of [`update ${table} set ${column} = ${column}`, `delete from ${table}`, `truncate ${table} cascade`]) {
        await expect(kit.owner(change), change).rejects.toMatchObject({
          code: "23514",
          constraint: expect.stringMatching(/^ledger_\w+_stay$/),
        });
      }
    },
  );

  test("names accounts of its own currency and parties: anything else is refused", async () => {
    let number = 1;
    const copied = (changed: string) => {
      number += 1;
      return kit.owner(
        `insert into ledger_transfers (transaction_id, number, debit_account_id, debit_party_id, credit_account_id, credit_party_id, amount, currency, at)
         select transaction_id, ${number}, ${changed}, at from ledger_transfers limit 1`,
      );
    };
    await copied("debit_account_id, debit_party_id, credit_account_id, credit_party_id, 5, currency");
    for (const wrong of [
      "debit_account_id, debit_party_id, credit_account_id, credit_party_id, 5, 'SEK'",
      "debit_account_id, gen_random_uuid(), credit_account_id, credit_party_id, 5, currency",
      "debit_account_id, debit_party_id, credit_account_id, gen_random_uuid(), 5, currency",
      "gen_random_uuid(), debit_party_id, credit_account_id, credit_party_id, 5, currency",
    ]) {
      const refused = copied(wrong);
      await expect(refused, wrong).rejects.toMatchObject({ constraint: "ledger_transfers_fit_their_accounts" });
    }
  });
});

describe("a statement of account", () => {
  test("opens with what was before it and closes with what is in it, at any past date", async () => {
    const [company, seller] = [companyOf(), sellerOf()];
    const owed = (amount: bigint) =>
      fact([{ debit: companyAccount("receivable", company), credit: sellerAccount("payable_pending", seller), amount }]);
    await booked(kit.database, [owed(100n)], 0);
    await booked(kit.database, [owed(20n)], 1_000);
    await booked(kit.database, [fact([{ debit: bank, credit: companyAccount("receivable", company), amount: 50n }])], 2_000);
    const read = (party: string, from: number, before: number) =>
      withReader(kit.database, { role: "stoa_application", organisation: party }, (reader) =>
        readStatementOfAccount(reader, party as never, { currency: "EUR", from: addMillis(noon, from), before: addMillis(noon, before) }),
      );
    const row = (kind: string, ...sums: readonly string[]) => {
      const [opening_debited, opening_credited, debited, credited] = sums;
      return { kind, opening_debited, opening_credited, debited, credited };
    };
    expect(await read(company, 1_000, 3_000)).toEqual([row("receivable", "100", "0", "20", "50")]);
    expect(await read(company, 0, 1_000)).toEqual([row("receivable", "0", "0", "100", "0")]);
    expect(await read(seller, 1_000, 3_000)).toEqual([row("payable_pending", "0", "100", "0", "20")]);
    expect(await read(company, -2, -1)).toEqual([]);
    expect(await trialBalance(kit.database, addMillis(noon, 1_999))).toEqual(["payable_pending EUR 0 120", "receivable EUR 120 0"]);
  });

  test("shows each party its own side, and a stranger nothing", async () => {
    const [company, seller, stranger] = [companyOf(), sellerOf(), companyOf()];
    const invoiced = fact([
      { debit: companyAccount("receivable", company), credit: sellerAccount("payable_pending", seller), amount: 100n },
    ]);
    await booked(kit.database, [invoiced, fact([{ debit: bank, credit: companyAccount("customer_funds", stranger), amount: 1n }])]);
    const read = (party: string, of = party) =>
      withReader(kit.database, { role: "stoa_application", organisation: party }, async (reader) =>
        (await listTransfersOfParty(reader, of as never, { currency: undefined, from: undefined, before: undefined }, window)).map(
          ({ debit_kind, credit_kind, amount }) => `${debit_kind} ${credit_kind} ${amount}`,
        ),
      );
    expect(await read(company)).toEqual(["receivable null 100"]);
    expect(await read(seller)).toEqual(["null payable_pending 100"]);
    expect(await read(stranger)).toEqual(["null customer_funds 1"]);
    expect(await read(stranger, company)).toEqual([]);
  });

  test("goes on where a page ended, within one transaction too", async () => {
    const company = companyOf();
    const many = Array.from({ length: 12 }, (_, index) => ({
      debit: bank,
      credit: companyAccount("customer_funds", company),
      amount: BigInt(index + 1),
    }));
    await booked(kit.database, [fact(many)]);
    await booked(kit.database, [fact(many.slice(0, 2))], 5);
    const [account] = await withReader(kit.database, { role: "stoa_operator" }, (reader) =>
      listTransfersOfParty(reader, company, { currency: "EUR", from: undefined, before: undefined }, window),
    );
    const seen: string[] = [];
    let from: Pick<typeof window, "before" | "beforeSecond"> = window;
    for (;;) {
      const page = await withReader(kit.database, { role: "stoa_operator" }, (reader) =>
        listEntriesOfAccount(reader, account?.credit_account_id as never, { ...from, count: 5 }),
      );
      seen.push(...(page ?? []).map(({ number, amount }) => `${number} ${amount}`));
      const end = page?.at(-1);
      if (end === undefined) break;
      from = { before: end.transaction_id as never, beforeSecond: end.place as never };
    }
    expect(seen).toEqual(["2 2", "1 1", ...Array.from({ length: 12 }, (_, index) => `${12 - index} ${12 - index}`)]);
  });
});
