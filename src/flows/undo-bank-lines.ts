import { assert } from "../kernel/assert.ts";
import type { BankLineId, CheckoutId, InvoiceId } from "../kernel/ids.ts";
import { readSettlementsOfInvoices, type WrittenSettlement } from "../modules/invoices/index.ts";
import {
  boundFunds,
  companyAccount,
  type LedgerTransaction,
  type LedgerTransfer,
  operatorAccount,
  sellerAccount,
} from "../modules/ledger/index.ts";
import {
  type BankAllocation,
  type BankLine,
  type BankLineChange,
  bankLineMachine,
  changeFunds,
  type FundsKey,
  fundsName,
  leftOf,
  type TakenFor,
  unallocated,
  type WaitingReason,
} from "../modules/payments/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { type BankMeans, type HeldRows, waitingMoney } from "./book-bank-lines.ts";
import { receivableOf, releaseTransfer, type Settled, undoSettlements } from "./settle-invoices.ts";

/** An earlier receipt, locked, with what it is taken for now, and the line of the bank that takes it back. */
export type Undoing = {
  readonly debitLineId: BankLineId;
  readonly original: BankLine;
  readonly allocations: readonly BankAllocation[];
};

/** What undoing receipts wants to have locked. */
export function wantedByUndoing(undoings: readonly Undoing[]): {
  readonly invoiceIds: InvoiceId[];
  readonly checkoutIds: CheckoutId[];
  readonly funds: FundsKey[];
} {
  const all = undoings.flatMap(({ original, allocations }) => allocations.map(({ target }) => ({ target, currency: original.currency })));
  return {
    invoiceIds: all.flatMap(({ target }) => (target.kind === "invoice" ? [target.invoiceId] : [])),
    checkoutIds: all.flatMap(({ target }) => (target.kind === "checkout" ? [target.checkoutId] : [])),
    funds: all.flatMap(({ target, currency }) =>
      target.kind === "company" ? [{ companyId: target.companyId, checkoutId: null, currency }] : [],
    ),
  };
}

/**
 * Which receipts can be undone, and why the others cannot: what was received is not there any more, or goods were promised for it. Several
 * that draw on the same funds are judged one after another.
 */
export function judgeUndoing(undoings: readonly Undoing[], held: HeldRows): (WaitingReason | undefined)[] {
  const left = new Map([...held.funds].map(([name, funds]) => [name, leftOf(funds)]));
  return undoings.map(({ original, allocations }) => {
    if (original.state !== "matched" && original.state !== "assigned" && original.state !== "unmatched") return "original_unknown";
    const draws = allocations.flatMap(({ target, amount }) => {
      if (target.kind !== "checkout" && target.kind !== "company") return [];
      const checkoutId = target.kind === "checkout" ? target.checkoutId : null;
      return [{ name: fundsName({ companyId: target.companyId, checkoutId, currency: original.currency }), checkoutId, amount }];
    });
    if (allocations.some(({ target }) => target.kind === "sent_back" || target.kind === "receipt")) return "funds_used";
    if (draws.some(({ checkoutId }) => checkoutId !== null && held.checkouts.get(checkoutId)?.checkout.state === "confirmed")) {
      return "checkout_confirmed";
    }
    const wanted = new Map<string, bigint>();
    for (const { name, amount } of draws) wanted.set(name, (wanted.get(name) ?? 0n) + amount);
    if ([...wanted].some(([name, amount]) => (left.get(name) ?? 0n) < amount)) return "funds_used";
    for (const [name, amount] of wanted) left.set(name, (left.get(name) ?? 0n) - amount);
    return undefined;
  });
}

/** What is owed again when a receipt is undone. */
export function takenForBy({ allocations }: Undoing): TakenFor[] {
  return allocations.flatMap(({ target, amount }): TakenFor[] => {
    if (target.kind === "invoice") return [{ kind: "invoice", id: target.invoiceId, amount }];
    return target.kind === "checkout" ? [{ kind: "checkout", id: target.checkoutId, amount }] : [];
  });
}

/** What undoing receipts made: the originals as they are to be written, what is booked, and the rows as they are now. */
export type UndoneReceipts = {
  readonly changes: readonly BankLineChange[];
  readonly transactions: readonly LedgerTransaction[];
  readonly held: HeldRows;
};

/** Undoes receipts that can be: settlements by opposite rows, funds are taken back, and the bank has less. Everything is locked. */
export async function undoReceipts(
  tx: Transaction,
  undoings: readonly Undoing[],
  held: HeldRows,
  means: BankMeans,
): Promise<UndoneReceipts> {
  if (undoings.length === 0) return { changes: [], transactions: [], held };
  const settlements = await undoneSettlements(tx, undoings, held, means);
  await changeFunds(
    tx,
    undoings.flatMap(({ original: { currency }, allocations }) =>
      allocations.flatMap(({ target, amount }) => {
        if (target.kind !== "checkout" && target.kind !== "company") return [];
        return [
          { companyId: target.companyId, checkoutId: target.kind === "checkout" ? target.checkoutId : null, currency, received: -amount },
        ];
      }),
    ),
  );
  const invoices = new Map(held.invoices);
  for (const { invoice } of settlements.values()) invoices.set(invoice.invoiceId, invoice);
  return {
    changes: undoings.map(({ original, allocations }) => ({
      line: original,
      state: step(bankLineMachine, original.state, "undo"),
      reason: original.reason,
      allocations: allocations.map((each, index) => ({
        ...{ ...each, number: original.allocations + index + 1, amount: -each.amount, undoes: each.number },
        target: oppositeTarget(each, settlements),
      })),
    })),
    transactions: undoings.map((undoing) => bookedUndoing(undoing, settlements)),
    held: { ...held, invoices, funds: fundsAfter(held, undoings) },
  };
}

/** Undoes the settlements that these receipts made. @returns them by the allocation that each came from */
async function undoneSettlements(
  tx: Transaction,
  undoings: readonly Undoing[],
  held: HeldRows,
  means: BankMeans,
): Promise<ReadonlyMap<BankAllocation, Settled>> {
  const asked = undoings.flatMap(({ allocations }) => allocations).filter(({ target }) => target.kind === "invoice");
  if (asked.length === 0) return new Map();
  const written = await readSettlementsOfInvoices(tx, [...held.invoices.values()]);
  const byName = new Map(written.map((each) => [settlementName(each), each]));
  const undone = await undoSettlements(
    tx,
    asked.map(({ target }) => {
      assert(target.kind === "invoice", "a settlement is of an invoice");
      const invoice = held.invoices.get(target.invoiceId);
      const settlement = byName.get(settlementName({ invoiceId: target.invoiceId, number: target.settlement }));
      assert(invoice !== undefined && settlement !== undefined, "what a receipt settled is locked");
      return { invoice, settlement };
    }),
    { ...means, cause: "receipt_undone" },
  );
  return new Map(
    asked.flatMap((allocation, index) => {
      const each = undone[index];
      return each === undefined ? [] : [[allocation, each] as const];
    }),
  );
}

function settlementName({ invoiceId, number }: Pick<WrittenSettlement, "invoiceId" | "number">): string {
  return `${invoiceId} ${number}`;
}

/** The opposite of what settled an invoice is a settlement of its own. */
function oppositeTarget(allocation: BankAllocation, settlements: ReadonlyMap<BankAllocation, Settled>): BankAllocation["target"] {
  const undone = settlements.get(allocation);
  const { target } = allocation;
  return target.kind === "invoice" && undone !== undefined ? { ...target, settlement: undone.settlement.number } : target;
}

function bookedUndoing(
  { debitLineId, original, allocations }: Undoing,
  settlements: ReadonlyMap<BankAllocation, Settled>,
): LedgerTransaction {
  const bank = operatorAccount("bank");
  const waiting = unallocated(original);
  return {
    ...{ kind: "receipt_undone", businessKey: debitLineId, currency: original.currency, cause: "receipt_undone" },
    record: { type: "bankLine", id: debitLineId },
    transfers: [
      ...allocations.flatMap((allocation): LedgerTransfer[] => {
        const { target, amount } = allocation;
        const undone = settlements.get(allocation);
        switch (target.kind) {
          case "invoice":
            assert(undone !== undefined, "what settled an invoice is undone with it");
            return [{ debit: receivableOf(undone.invoice), credit: bank, amount }, releaseTransfer(undone)];
          case "checkout":
            return [{ debit: boundFunds(target.companyId, target.checkoutId), credit: bank, amount }];
          case "company":
            return [{ debit: companyAccount("customer_funds", target.companyId), credit: bank, amount }];
          case "seller":
            return [{ debit: sellerAccount("payable", target.sellerId), credit: bank, amount }];
          case "sent_back":
          case "receipt":
            throw new Error("what was sent back is not undone");
        }
      }),
      { debit: waitingMoney(original.lineId), credit: bank, amount: waiting },
    ],
  };
}

function fundsAfter(held: HeldRows, undoings: readonly Undoing[]): HeldRows["funds"] {
  const funds = new Map(held.funds);
  for (const { original, allocations } of undoings) {
    for (const { target, amount } of allocations) {
      if (target.kind !== "checkout" && target.kind !== "company") continue;
      const checkoutId = target.kind === "checkout" ? target.checkoutId : null;
      const name = fundsName({ companyId: target.companyId, checkoutId, currency: original.currency });
      const before = funds.get(name);
      if (before !== undefined) funds.set(name, { ...before, received: before.received - amount });
    }
  }
  return funds;
}
