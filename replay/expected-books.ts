import type { ExpectedInvoice } from "./expected-invoices.ts";
import type { Payment, Way } from "./ways-of-paying.ts";

/** Balances in minor units by a name of the files. */
export type Balances = Map<string, bigint>;

/** What the books say: of sellers and companies by their names in the files, in all of what the operator has. Minor units. */
export type Books = {
  readonly receivable: Balances;
  /** Money that companies have paid and that settles no invoice yet. */
  readonly customerFunds: Balances;
  readonly pending: Balances;
  readonly payable: Balances;
  readonly commission: Balances;
  readonly commissionTax: Balances;
  readonly bank: bigint;
  readonly unmatched: bigint;
  /** How many lines of the bank's statements that is. */
  readonly unmatchedLines: number;
};

/** Who bears it when a company does not pay: where it is the operator, the seller gets its money with the invoice. */
export type CreditRisk = "seller" | "operator";

/** An amount of commission and the tax that goes with it, minor units. */
export type Charge = { readonly net: bigint; readonly tax: bigint };

/** An invoice that was issued, and what its seller is charged for it. */
export type Debt = {
  readonly invoice: Pick<ExpectedInvoice, "seller" | "total"> & {
    readonly order: { readonly reference: string; readonly customer: string };
  };
  open: bigint;
  pending: bigint;
  charged: Charge;
};

/**
 * Keeps books of what is paid, invoiced and credited, in the order in which it is told. Sellers get theirs when companies have paid: of
 * what is open, so much as was settled of it, rounded down, and the rest with the last.
 */
export class ExpectedBooks {
  readonly receivable: Balances = new Map();
  readonly #free: Balances = new Map();
  /** By the order's reference, as it is the checkout's. */
  readonly #bound = new Map<string, { readonly company: string; left: bigint }>();
  readonly pending: Balances = new Map();
  readonly payable: Balances = new Map();
  readonly commission: Balances = new Map();
  readonly commissionTax: Balances = new Map();
  bank = 0n;
  unmatched = 0n;
  unmatchedLines = 0;

  /** Money for a checkout that is paid first: more than is due is the company's to use. */
  payCheckout(reference: string, company: string, due: bigint, way: Way, payments: readonly Payment[]): void {
    const funds = { company, left: 0n };
    this.#bound.set(reference, funds);
    for (const payment of payments) {
      this.#receive(payment, way, () => {
        const taken = least(due - funds.left, payment.amount);
        funds.left += taken;
        add(this.#free, company, payment.amount - taken);
      });
    }
  }

  /** What was paid for a checkout of which nothing is delivered is the company's to use. */
  free(reference: string): void {
    const funds = this.#bound.get(reference);
    if (funds === undefined) return;
    add(this.#free, funds.company, funds.left);
    funds.left = 0n;
  }

  /** An invoice is issued and its commission charged; what was paid for its checkout settles it. */
  issue(invoice: Debt["invoice"], risk: CreditRisk, charged: Charge): Debt {
    const { seller, total, order } = invoice;
    const { net, tax } = charged;
    const share = total - net - tax;
    const debt = { invoice, open: total, pending: risk === "seller" ? share : 0n, charged };
    add(this.receivable, order.customer, total);
    add(this.pending, seller, debt.pending);
    add(this.payable, seller, share - debt.pending);
    add(this.commission, seller, net);
    add(this.commissionTax, seller, tax);
    const funds = this.#bound.get(order.reference);
    if (funds === undefined) return debt;
    const settled = least(total, funds.left);
    funds.left -= settled;
    this.#settle(debt, settled);
    return debt;
  }

  /** All of an invoice is credited and its commission given back. What was paid of it is the company's to use. */
  credit(debt: Debt, { net, tax }: Charge): void {
    const { seller, total, order } = debt.invoice;
    const freed = total - debt.open;
    add(this.receivable, order.customer, -debt.open);
    add(this.#free, order.customer, freed);
    add(this.commission, seller, -net);
    add(this.commissionTax, seller, -tax);
    add(this.pending, seller, -debt.pending);
    // The seller loses all that it had of it, and gets its commission.
    add(this.payable, seller, debt.pending + net + tax - total);
    [debt.open, debt.pending] = [0n, 0n];
    debt.charged = { net: debt.charged.net - net, tax: debt.charged.tax - tax };
  }

  /** Money for an invoice: more than is open is the company's to use. What is sent back is owed again. */
  pay(debt: Debt, way: Way, payments: readonly Payment[]): void {
    const { seller, order } = debt.invoice;
    const done: { readonly amount: bigint; readonly settled: bigint; readonly released: bigint }[] = [];
    for (const payment of payments) {
      const { amount } = payment;
      this.#receive(payment, way, () => {
        if (amount > 0n) {
          const settled = least(debt.open, amount);
          const pendingBefore = debt.pending;
          if (settled > 0n) this.#settle(debt, settled);
          add(this.#free, order.customer, amount - settled);
          done.push({ amount, settled, released: pendingBefore - debt.pending });
          return;
        }
        const undone = done.find((each) => each.amount === -amount);
        if (undone === undefined) throw new Error("money is sent back that had not come");
        const { settled, released } = undone;
        debt.open += settled;
        debt.pending += released;
        add(this.receivable, order.customer, settled);
        add(this.#free, order.customer, settled - undone.amount);
        add(this.pending, seller, released);
        add(this.payable, seller, -released);
      });
    }
  }

  /** The books as they stand. */
  read(): Books {
    const customerFunds = new Map(this.#free);
    for (const { company, left } of this.#bound.values()) add(customerFunds, company, left);
    const { receivable, pending, payable, commission, commissionTax, bank, unmatched, unmatchedLines } = this;
    return { receivable, customerFunds, pending, payable, commission, commissionTax, bank, unmatched, unmatchedLines };
  }

  /** Nobody can tell whose money without a known reference is, until the operator says so. */
  #receive({ amount }: Payment, way: Way, use: () => void): void {
    this.bank += amount;
    if (way !== "unknown_reference") return use();
    this.unmatched += amount;
    this.unmatchedLines += 1;
  }

  #settle(debt: Debt, amount: bigint): void {
    const { seller, order } = debt.invoice;
    const released = amount === debt.open ? debt.pending : (debt.pending * amount) / debt.open;
    debt.open -= amount;
    debt.pending -= released;
    add(this.receivable, order.customer, -amount);
    add(this.pending, seller, -released);
    add(this.payable, seller, released);
  }
}

/** The tax of each charge of a seller, given back ones below zero, so that all are together taxed as their sum. */
export function chargeTaxes(charges: readonly bigint[], ratePpm: bigint): bigint[] {
  let sum = 0n;
  return charges.map((net) => {
    const before = sum;
    sum += net;
    return signedTax(sum, ratePpm) - signedTax(before, ratePpm);
  });
}

/** Half away from zero, on either side of it. */
function signedTax(net: bigint, ratePpm: bigint): bigint {
  const size = net < 0n ? -net : net;
  const tax = (2n * size * ratePpm + 1_000_000n) / 2_000_000n;
  return net < 0n ? -tax : tax;
}

function add(balances: Balances, name: string, amount: bigint): void {
  balances.set(name, (balances.get(name) ?? 0n) + amount);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
