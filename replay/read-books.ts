import { type Body, expectStatus, listAt, objectAt, readAll, textAt } from "./api.ts";
import type { Bank } from "./bank.ts";
import type { Balances } from "./expected-books.ts";
import type { Means } from "./market.ts";

/** What stands on the operator's own accounts in a currency, minor units. A market of one's own may have had some before. */
export type OperatorAccounts = Readonly<Record<"bank" | "unmatched" | "commission" | "commission_tax", bigint>>;

/** Reads the operator's own accounts. */
export async function readOperatorAccounts(currency: string, means: Means): Promise<OperatorAccounts> {
  const balanceOf = async (kind: keyof OperatorAccounts) => {
    let sum = 0n;
    await readAccounts(kind, currency, means, (_, balance) => {
      sum += balance;
    });
    return sum;
  };
  return {
    ...{ bank: await balanceOf("bank"), unmatched: await balanceOf("unmatched") },
    ...{ commission: await balanceOf("commission"), commission_tax: await balanceOf("commission_tax") },
  };
}

/** What stands on the accounts of one kind, by the names of those parties that the replay knows. */
export async function readBalances(
  kind: "receivable" | "customer_funds" | "payable" | "payable_pending",
  currency: string,
  nameOf: ReadonlyMap<string, string>,
  means: Means,
): Promise<Balances> {
  const balances: Balances = new Map();
  await readAccounts(kind, currency, means, (party, balance) => {
    const name = nameOf.get(party ?? "");
    if (name !== undefined) balances.set(name, (balances.get(name) ?? 0n) + balance);
  });
  return balances;
}

async function readAccounts(
  kind: string,
  currency: string,
  { api, operatorKey }: Means,
  each: (party: string | null, balance: bigint) => void,
): Promise<void> {
  await readAll(api, operatorKey, `/v1/operator/ledger/accounts?kind=${kind}&currency=${currency}`, (row) => {
    each(row["party"] === null ? null : textAt(row, "party"), sumAt(row, "balance"));
  });
}

/** How many lines of this bank's statements wait for somebody to say whose they are. */
export async function readUnmatched(bank: Pick<Bank, "bills">, { api, operatorKey }: Means): Promise<number> {
  let lines = 0;
  await readAll(api, operatorKey, "/v1/operator/bank-lines?state=unmatched", (line) => {
    if (bank.bills.has(String(line["bank_reference"]))) lines += 1;
  });
  return lines;
}

/** What was debited less what was credited, in all currencies together. */
export async function readImbalance({ api, operatorKey }: Means): Promise<bigint> {
  const trial = expectStatus(await api.get(operatorKey, "/v1/operator/ledger/trial-balance"), 200);
  return listAt(trial, "totals").reduce((sum, total) => {
    const difference = sumAt(total, "debited") - sumAt(total, "credited");
    // Differences of two currencies do not make up for one another.
    return sum + (difference < 0n ? -difference : difference);
  }, 0n);
}

/** A sum may be more than a JSON number holds, so it is read from its digits. */
function sumAt(body: Body, name: string): bigint {
  return BigInt(textAt(objectAt(body, name), "amount_text"));
}
