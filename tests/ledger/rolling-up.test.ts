import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { companyAccount, type LedgerAccount, operatorAccount, sellerAccount } from "../../src/modules/ledger/index.ts";
import { openDatabase } from "../../src/platform/db/index.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { isCommit, openWire } from "../support/wire.ts";
import { booked, companyOf, fact, foundOfBalances, rolledUp, sellerOf, trialBalance } from "./books.ts";

let kit: TestDatabase;
const opened: TestDatabase[] = [];
beforeEach(async () => {
  kit = await openTestDatabase();
  opened.push(kit);
});
afterAll(async () => {
  for (const each of opened) await each.close();
});

const waiting = async () => (await kit.owner<{ count: number }>("select count(*)::integer as count from ledger_unrolled"))[0]?.count;

/** A small generator whose numbers are the same for the same seed. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const parties = Array.from({ length: 3 }, () => [
  companyAccount("receivable", companyOf()),
  sellerAccount("payable_pending", sellerOf()),
]).flat();
const accounts: readonly LedgerAccount[] = [operatorAccount("bank"), operatorAccount("commission"), ...parties];

function randomFact(roll: (sides: number) => number) {
  const transfers = Array.from({ length: 1 + roll(4) }, () => {
    const debit = roll(accounts.length);
    const credit = (debit + 1 + roll(accounts.length - 1)) % accounts.length;
    return { debit: accounts[debit] as LedgerAccount, credit: accounts[credit] as LedgerAccount, amount: BigInt(roll(10_000)) };
  });
  return fact(transfers);
}

/** Debits less credits of all accounts. */
function difference(balance: readonly string[]): bigint {
  return balance
    .map((line) => line.split(" "))
    .reduce((sum, [, , debited = "", credited = ""]) => sum + BigInt(debited) - BigInt(credited), 0n);
}

describe("rolling up", () => {
  test("changes no balance that is read: what waits counts, and what is added counts once", async () => {
    const [company, bank] = [companyOf(), operatorAccount("bank")];
    const received = (amount: bigint) => fact([{ debit: bank, credit: companyAccount("customer_funds", company), amount }]);
    await booked(kit.database, [received(1n), received(20n), received(300n)]);
    const before = await trialBalance(kit.database);
    expect([await rolledUp(kit.database, 2), await waiting()]).toEqual([2, 1]);
    expect(await trialBalance(kit.database)).toEqual(before);
    expect([await rolledUp(kit.database, 2), await rolledUp(kit.database, 2), await waiting()]).toEqual([1, 0, 0]);
    expect(await trialBalance(kit.database)).toEqual(before);
    expect(await kit.owner("select debited, credited from ledger_balances order by debited")).toEqual([
      { debited: "0", credited: "321" },
      { debited: "321", credited: "0" },
    ]);
  });

  test("finds what is committed late under an id that is lower than those rolled up", async () => {
    const bank = operatorAccount("bank");
    const late = fact([{ debit: bank, credit: companyAccount("customer_funds", companyOf()), amount: 5n }]);
    await booked(kit.database, [fact([{ debit: bank, credit: companyAccount("customer_funds", companyOf()), amount: 7n }])], 60_000);
    await rolledUp(kit.database);
    await booked(kit.database, [late], -60_000);
    expect(await rolledUp(kit.database)).toBe(1);
    expect(await foundOfBalances(kit.database)).toEqual([]);
    expect(await trialBalance(kit.database)).toEqual(["bank EUR 12 0", "customer_funds EUR 0 12"]);
  });

  test("by several at once, while others book, adds each transaction once; the books balance at every look", {
    timeout: 60_000,
  }, async () => {
    const roll = dice(7);
    let booking = true;
    const bookers = Array.from({ length: 4 }, async () => {
      for (let count = 0; count < 40; count += 1)
        await booked(
          kit.database,
          Array.from({ length: 1 + roll(5) }, () => randomFact(roll)),
        );
    });
    const rollers = Array.from({ length: 3 }, async () => {
      while (booking) await rolledUp(kit.database, 1 + roll(7));
    });
    const looker = (async () => {
      let looks = 0;
      while (booking) {
        expect(difference(await trialBalance(kit.database))).toBe(0n);
        looks += 1;
      }
      return looks;
    })();
    await Promise.all(bookers);
    booking = false;
    await Promise.all(rollers);
    expect(await looker).toBeGreaterThan(3);
    expect(await foundOfBalances(kit.database)).toEqual([]);
    const before = await trialBalance(kit.database);
    while ((await rolledUp(kit.database)) > 0);
    expect(await waiting()).toBe(0);
    expect(await trialBalance(kit.database)).toEqual(before);
    expect(await foundOfBalances(kit.database)).toEqual([]);
  });

  test.each(["before", "after"] as const)(
    "whose connection dies %s its COMMIT, again and again, adds each transaction once",
    async (side) => {
      const roll = dice(11);
      const wire = await openWire({ upstreamUrl: kit.url });
      const throughWire = openDatabase({ url: wire.url, applicationName: "rolling up" });
      try {
        await booked(
          kit.database,
          Array.from({ length: 30 }, () => randomFact(roll)),
        );
        const before = await trialBalance(kit.database);
        let [deaths, added] = [0, 0];
        const end = wire.watch((statement, moment) => {
          if (!isCommit(statement) || moment !== side || deaths === 5) return "pass";
          deaths += 1;
          return "cut";
        });
        for (let passes = 0; passes < 40; passes += 1) {
          const pass = await Promise.allSettled([rolledUp(throughWire, 3)]);
          if (pass[0].status === "fulfilled") added += pass[0].value;
          expect(await trialBalance(kit.database)).toEqual(before);
        }
        end();
        // What died before its COMMIT was done again; what died behind it was done, though nobody heard of it.
        expect([deaths, added, await waiting()]).toEqual([5, side === "before" ? 30 : 15, 0]);
        expect(await foundOfBalances(kit.database)).toEqual([]);
      } finally {
        await throughWire.close();
        await wire.close();
      }
    },
  );

  test("that forgot to take what it added from those that wait would be seen", async () => {
    await booked(kit.database, [
      fact([{ debit: operatorAccount("bank"), credit: companyAccount("customer_funds", companyOf()), amount: 9n }]),
    ]);
    await kit.owner(`insert into ledger_balances select debit_account_id, amount, 0 from ledger_transfers`);
    expect(await foundOfBalances(kit.database)).toHaveLength(1);
  });
});
