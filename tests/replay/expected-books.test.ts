import { describe, expect, it } from "vitest";
import { chargeTaxes, ExpectedBooks } from "../../replay/expected-books.ts";
import { type Payment, paymentsOf, type Way } from "../../replay/ways-of-paying.ts";

const invoice = { seller: "s", total: 1_000n, order: { reference: "o", customer: "c" } };
const charge = { net: 100n, tax: 19n };
const said = (...amounts: bigint[]): Payment[] => amounts.map((amount, day) => ({ day, amount, names: "debt" }));
const of = (balances: ReadonlyMap<string, bigint>, name: string) => balances.get(name) ?? 0n;

function standing(books: ExpectedBooks) {
  const { receivable, customerFunds, pending, payable, commission, commissionTax, bank, unmatched } = books.read();
  return {
    ...{ receivable: of(receivable, "c"), funds: of(customerFunds, "c"), pending: of(pending, "s"), payable: of(payable, "s") },
    ...{ commission: of(commission, "s"), commissionTax: of(commissionTax, "s"), bank, unmatched },
  };
}

/** What was debited less what was credited: nothing, whatever was done. */
function imbalance(books: ExpectedBooks): bigint {
  const { receivable, funds, pending, payable, commission, commissionTax, bank, unmatched } = standing(books);
  return bank + receivable - funds - pending - payable - commission - commissionTax - unmatched;
}

describe("Books as the files make them", () => {
  const paid = (way: Way, payments: readonly Payment[]) => {
    const books = new ExpectedBooks();
    books.pay(books.issue(invoice, "seller", charge), way, payments);
    expect(imbalance(books)).toBe(0n);
    return standing(books);
  };

  it("have the seller wait for the company's money", () => {
    expect(paid("not_at_all", [])).toMatchObject({ receivable: 1_000n, pending: 881n, payable: 0n, commission: 100n, commissionTax: 19n });
    expect(paid("whole", said(1_000n))).toMatchObject({ receivable: 0n, pending: 0n, payable: 881n, bank: 1_000n });
  });

  it("release of the seller's share what was settled of the open amount, rounded down, and the rest with the last", () => {
    expect(paid("partly", said(333n))).toMatchObject({ receivable: 667n, pending: 881n - 293n, payable: 293n });
    expect(paid("split", said(333n, 667n))).toMatchObject({ receivable: 0n, pending: 0n, payable: 881n });
  });

  it("keep what is too much for the company, and what nobody knows for nobody", () => {
    expect(paid("too_much", said(1_007n))).toMatchObject({ receivable: 0n, funds: 7n, payable: 881n });
    expect(paid("unknown_reference", said(1_000n))).toMatchObject({ receivable: 1_000n, unmatched: 1_000n, pending: 881n });
    expect(paid("wrong_reference", said(1_000n))).toMatchObject({ receivable: 0n, unmatched: 0n, payable: 881n });
  });

  it("are as before when money is sent back", () => {
    expect(paid("returned", said(1_000n, -1_000n))).toEqual(paid("not_at_all", []));
  });

  it("pay the seller at once where the operator bears the risk", () => {
    const books = new ExpectedBooks();
    const debt = books.issue(invoice, "operator", charge);
    expect(standing(books)).toMatchObject({ receivable: 1_000n, pending: 0n, payable: 881n });
    books.pay(debt, "partly", said(500n));
    expect(standing(books)).toMatchObject({ receivable: 500n, pending: 0n, payable: 881n });
    expect(imbalance(books)).toBe(0n);
  });

  it("are settled by what was paid before, and free what is more and what is never delivered", () => {
    const books = new ExpectedBooks();
    books.payCheckout("o", "c", 1_500n, "too_much", said(1_505n));
    expect(standing(books)).toMatchObject({ funds: 1_505n });
    books.issue(invoice, "seller", charge);
    expect(standing(books)).toMatchObject({ receivable: 0n, funds: 505n, pending: 0n, payable: 881n });
    books.free("o");
    expect(standing(books)).toMatchObject({ funds: 505n });
    expect(imbalance(books)).toBe(0n);
  });

  it("give back what is credited: what is open falls, what was paid is the company's, the seller gets its commission", () => {
    for (const risk of ["seller", "operator"] as const) {
      const [open, prepaid] = [new ExpectedBooks(), new ExpectedBooks()];
      prepaid.payCheckout("o", "c", 1_000n, "whole", said(1_000n));
      for (const books of [open, prepaid]) {
        books.credit(books.issue(invoice, risk, charge), { net: 100n, tax: 18n });
        expect(standing(books)).toMatchObject({ receivable: 0n, pending: 0n, payable: -1n, commission: 0n, commissionTax: 1n });
        expect(imbalance(books)).toBe(0n);
      }
      expect([standing(open).funds, standing(prepaid).funds]).toEqual([0n, 1_000n]);
    }
  });

  it("tax charges so that all of them are taxed as their sum", () => {
    expect(chargeTaxes([3n, 3n, 3n, -9n, -3n], 190_000n)).toEqual([1n, 0n, 1n, -2n, -1n]);
  });
});

describe("How companies pay", () => {
  it("adds up to what is owed, or misses it as it was told to, on days one after another", () => {
    const sum = (way: Way) => paymentsOf("x", way, 1_000n).reduce((total, { amount }) => total + amount, 0n);
    expect([sum("whole"), sum("split"), sum("partly"), sum("not_at_all"), sum("returned")]).toEqual([1_000n, 1_000n, 500n, 0n, 0n]);
    expect(sum("too_much")).toBeGreaterThan(1_000n);
    const [first, second] = paymentsOf("x", "split", 1_000n);
    expect(second?.day).toBeGreaterThan(first?.day ?? 99);
    expect(paymentsOf("x", "split", 1n).map(({ amount }) => amount)).toEqual([1n]);
  });
});
