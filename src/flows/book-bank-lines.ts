import { assert } from "../kernel/assert.ts";
import type { BankLineId, CheckoutId, CompanyId, InvoiceId, SellerId } from "../kernel/ids.ts";
import type { Currency } from "../kernel/money.ts";
import { type Checkout, lockCheckouts } from "../modules/checkouts/index.ts";
import { type Invoice, openOf } from "../modules/invoices/index.ts";
import {
  boundFunds,
  companyAccount,
  type LedgerAccount,
  type LedgerTransaction,
  type LedgerTransfer,
  operatorAccount,
  sellerAccount,
} from "../modules/ledger/index.ts";
import {
  type BankAllocation,
  type BankTarget,
  changeFunds,
  type Funds,
  type FundsKey,
  fundsName,
  leftOf,
  readFunds,
} from "../modules/payments/index.ts";
import type { LockKind, Transaction } from "../platform/db/index.ts";
import { lockOrdersOf, type LockedCheckout } from "./cancel-units.ts";
import { confirmPendingCheckouts } from "./confirm-pending-checkouts.ts";
import type { OrderMeans } from "./lifecycle-events.ts";
import { lockForSettling, receivableOf, releaseTransfer, type Settled, settleInvoices, type SettlingMeans } from "./settle-invoices.ts";

/** The rows that booking lines of the bank locks, in the global order. */
export const bankLocks: readonly LockKind[] = [
  "bank_account",
  "checkout",
  "order",
  "credit_account",
  "company_funds",
  "invoice",
  "deadline",
];

/** By whom lines are booked, and by how much an invoice that was paid short is settled all the same: minor units of its currency. */
export type BankMeans = OrderMeans & SettlingMeans & { readonly toleranceMinor: bigint };

/** What money of a line is taken for, in minor units. */
export type Part =
  | { readonly kind: "invoice"; readonly invoiceId: InvoiceId; readonly amount: bigint }
  | { readonly kind: "checkout"; readonly checkoutId: CheckoutId; readonly companyId: CompanyId; readonly amount: bigint }
  | { readonly kind: "company"; readonly companyId: CompanyId; readonly amount: bigint }
  | { readonly kind: "seller"; readonly sellerId: SellerId; readonly amount: bigint };

/** A line that came in, or the waiting rest of one, and what is taken of it. Its allocations are counted on from `allocations`. */
export type PartedLine = {
  readonly lineId: BankLineId;
  readonly currency: Currency;
  readonly allocations: number;
  readonly parts: readonly Part[];
};

/** Which rows are wanted: invoices, checkouts, and funds of companies beside those that are bound to the checkouts. */
export type WantedRows = {
  readonly invoiceIds: readonly InvoiceId[];
  readonly checkoutIds: readonly CheckoutId[];
  readonly funds: readonly FundsKey[];
  /** Also the free funds of the checkouts' companies, for what is too much. */
  readonly freeFundsOfCheckouts?: true;
};

/** Rows that are locked, as they are now. */
export type HeldRows = {
  readonly checkouts: ReadonlyMap<CheckoutId, LockedCheckout>;
  readonly invoices: ReadonlyMap<InvoiceId, Invoice>;
  readonly funds: ReadonlyMap<string, Funds>;
};

/**
 * Locks what money of lines may go to: checkouts with the orders of those that wait for it, credit accounts, funds, invoices.
 *
 * Locks: checkout, order, credit account, company funds, invoice.
 */
export async function lockWanted(tx: Transaction, { invoiceIds, checkoutIds, funds, freeFundsOfCheckouts }: WantedRows): Promise<HeldRows> {
  const checkouts = checkoutIds.length === 0 ? [] : await lockCheckouts(tx, checkoutIds);
  const waiting = checkouts.filter(({ state }) => state === "pending_payment");
  const withOrders = waiting.length === 0 ? [] : await lockOrdersOf(tx, waiting);
  const bound = checkouts.map(({ companyId, checkoutId, currency }) => ({ companyId, checkoutId, currency }));
  const free = freeFundsOfCheckouts === true ? bound.map((key) => ({ ...key, checkoutId: null })) : [];
  const wanted = [...new Map([...funds, ...bound, ...free].map((key) => [fundsName(key), key])).values()];
  const invoices = invoiceIds.length === 0 && wanted.length === 0 ? [] : await lockForSettling(tx, invoiceIds, wanted);
  const held = await readFunds(tx, wanted);
  const ordersOf = new Map(withOrders.map((each) => [each.checkout.checkoutId, each]));
  return {
    checkouts: new Map(checkouts.map((checkout) => [checkout.checkoutId, ordersOf.get(checkout.checkoutId) ?? { checkout, orders: [] }])),
    invoices: new Map(invoices.map((invoice) => [invoice.invoiceId, invoice])),
    funds: new Map(held.map((each) => [fundsName(each), each])),
  };
}

/** What is still to be received for a checkout that waits: total + amended − cancelled − what is bound to it; never below zero. */
export function stillDue({ companyId, checkoutId, currency, ...checkout }: Checkout, held: Pick<HeldRows, "funds">): bigint {
  if (checkout.state !== "pending_payment") return 0n;
  const funds = held.funds.get(fundsName({ companyId, checkoutId, currency }));
  const due = checkout.total + checkout.amended - checkout.cancelled - (funds === undefined ? 0n : leftOf(funds));
  return due > 0n ? due : 0n;
}

/** What became of lines: what they were taken for, what is moved from the money's account, and what else is booked. */
export type BookedParts = {
  readonly allocations: ReadonlyMap<BankLineId, readonly BankAllocation[]>;
  readonly transfers: ReadonlyMap<BankLineId, readonly LedgerTransfer[]>;
  readonly roundings: readonly LedgerTransaction[];
  readonly confirmed: readonly Checkout[];
};

/**
 * Takes money of lines for what their parts say: settles invoices, binds money to checkouts and confirms those that have all of theirs, gives
 * companies the rest. Everything is locked and fits. `from` is where a line's money is: the bank, or what waits. What is booked is the
 * caller's.
 */
export async function bookParts(
  tx: Transaction,
  lines: readonly PartedLine[],
  held: HeldRows,
  from: (line: PartedLine) => LedgerAccount,
  means: BankMeans,
): Promise<BookedParts> {
  const settled = await settleParts(tx, lines, held, means);
  const roundings = await roundOff(tx, settled, means);
  await changeFunds(
    tx,
    lines.flatMap(({ currency, parts }) =>
      parts.flatMap((part) => {
        if (part.kind !== "checkout" && part.kind !== "company") return [];
        const checkoutId = part.kind === "checkout" ? part.checkoutId : null;
        return [{ companyId: part.companyId, checkoutId, currency, received: part.amount }];
      }),
    ),
  );
  const confirmed = await confirmPendingCheckouts(tx, paidCheckouts(lines, held), "bank_receipt", means);
  const allocations = new Map<BankLineId, BankAllocation[]>();
  const transfers = new Map<BankLineId, LedgerTransfer[]>();
  for (const line of lines) {
    const taken = line.parts.map((part, index) => ({ part, settlement: settled.get(part), number: line.allocations + index + 1 }));
    const { lineId } = line;
    allocations.set(
      lineId,
      taken.map(({ part, settlement, number }) => {
        return { lineId, number, target: targetOf(part, settlement), amount: part.amount, undoes: null };
      }),
    );
    const source = from(line);
    transfers.set(
      lineId,
      taken.flatMap(({ part, settlement }) => [
        { debit: source, credit: accountOf(part, settlement), amount: part.amount },
        ...(settlement === undefined ? [] : [releaseTransfer(settlement)]),
      ]),
    );
  }
  return { allocations, transfers, roundings, confirmed };
}

async function settleParts(
  tx: Transaction,
  lines: readonly PartedLine[],
  { invoices }: HeldRows,
  means: BankMeans,
): Promise<ReadonlyMap<Part, Settled>> {
  const asked = lines.flatMap(({ lineId, parts }) =>
    parts.flatMap((part) => {
      if (part.kind !== "invoice") return [];
      const invoice = invoices.get(part.invoiceId);
      assert(invoice !== undefined, "an invoice that is settled is locked");
      return [{ part, settling: { invoice, source: "bank_line" as const, sourceId: lineId, amount: part.amount } }];
    }),
  );
  if (asked.length === 0) return new Map();
  const settled = await settleInvoices(
    tx,
    asked.map(({ settling }) => settling),
    means,
  );
  return new Map(
    asked.flatMap(({ part }, index) => {
      const each = settled[index];
      return each === undefined ? [] : [[part, each] as const];
    }),
  );
}

/** Settles what is missing of invoices that were paid, where it is no more than the tolerance. */
async function roundOff(tx: Transaction, settled: ReadonlyMap<Part, Settled>, means: BankMeans): Promise<LedgerTransaction[]> {
  const last = new Map([...settled.values()].map((each) => [each.invoice.invoiceId, each]));
  const short = [...last.values()].filter(({ invoice }) => openOf(invoice) > 0n && openOf(invoice) <= means.toleranceMinor);
  if (short.length === 0) return [];
  const rounded = await settleInvoices(
    tx,
    short.map(({ invoice, settlement }) => ({ invoice, source: "rounding", sourceId: settlement.sourceId, amount: openOf(invoice) })),
    means,
  );
  return rounded.map((each): LedgerTransaction => {
    const { invoice, settlement } = each;
    return {
      ...{
        kind: "invoice_rounded",
        businessKey: `${invoice.invoiceId}:${settlement.number}`,
        currency: invoice.currency,
        cause: "rounding",
      },
      record: { type: "invoice", id: invoice.invoiceId },
      transfers: [{ debit: operatorAccount("rounding"), credit: receivableOf(invoice), amount: settlement.amount }, releaseTransfer(each)],
    };
  });
}

/** Checkouts that wait and have all of their money with these lines. */
function paidCheckouts(lines: readonly PartedLine[], held: HeldRows): LockedCheckout[] {
  const received = new Map<CheckoutId, bigint>();
  for (const part of lines.flatMap(({ parts }) => parts)) {
    if (part.kind === "checkout") received.set(part.checkoutId, (received.get(part.checkoutId) ?? 0n) + part.amount);
  }
  return [...received].flatMap(([checkoutId, amount]) => {
    const locked = held.checkouts.get(checkoutId);
    assert(locked !== undefined && locked.checkout.state === "pending_payment", "a checkout that gets money waits for it");
    return amount >= stillDue(locked.checkout, held) ? [locked] : [];
  });
}

function targetOf(part: Part, settled: Settled | undefined): BankTarget {
  if (part.kind !== "invoice") return part;
  assert(settled !== undefined, "a part of an invoice has settled it");
  const { sellerId, companyId } = settled.invoice;
  return { kind: "invoice", invoiceId: part.invoiceId, sellerId, companyId, settlement: settled.settlement.number };
}

function accountOf(part: Part, settled: Settled | undefined): LedgerAccount {
  switch (part.kind) {
    case "invoice":
      assert(settled !== undefined, "a part of an invoice has settled it");
      return receivableOf(settled.invoice);
    case "checkout":
      return boundFunds(part.companyId, part.checkoutId);
    case "company":
      return companyAccount("customer_funds", part.companyId);
    case "seller":
      return sellerAccount("payable", part.sellerId);
  }
}

/** What nobody is named for, of one line. */
export function waitingMoney(lineId: BankLineId): LedgerAccount {
  return operatorAccount("unmatched", { type: "bankLine", id: lineId });
}
