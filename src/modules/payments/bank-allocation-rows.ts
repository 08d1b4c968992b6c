import { assert } from "../../kernel/assert.ts";
import type { BankLineId, CheckoutId, CompanyId, InvoiceId, SellerId, Uuid } from "../../kernel/ids.ts";
import type { BankAllocation, BankTarget } from "./bank-line.ts";

/** A row of `bank_allocations`. */
export type AllocationRow = {
  line_id: BankLineId;
  number: number;
  target: BankTarget["kind"];
  target_id: Uuid;
  company_id: CompanyId | null;
  seller_id: SellerId | null;
  settlement: number | null;
  amount: bigint;
  undoes: number | null;
};

/** Allocations as the rows that are written, in JSON. */
export function allocationRows(allocations: readonly BankAllocation[]): string {
  return JSON.stringify(
    allocations.map(({ lineId, number, target, amount, undoes }) => ({
      ...{ line_id: lineId, number, target: target.kind, amount: `${amount}`, undoes, target_id: targetId(target) },
      company_id: "companyId" in target ? target.companyId : null,
      seller_id: target.kind === "invoice" ? target.sellerId : null,
      settlement: target.kind === "invoice" ? target.settlement : null,
    })),
  );
}

/** The id of what money was taken for. */
function targetId(target: BankTarget): Uuid {
  switch (target.kind) {
    case "invoice":
      return target.invoiceId;
    case "checkout":
      return target.checkoutId;
    case "company":
      return target.companyId;
    case "seller":
      return target.sellerId;
    case "sent_back":
    case "receipt":
      return target.lineId;
  }
}

export function toAllocation(row: AllocationRow): BankAllocation {
  return { lineId: row.line_id, number: row.number, amount: row.amount, undoes: row.undoes, target: toTarget(row) };
}

function toTarget({ target: kind, target_id, company_id, seller_id, settlement }: AllocationRow): BankTarget {
  switch (kind) {
    case "invoice":
      assert(seller_id !== null && company_id !== null && settlement !== null, "an invoice has its seller, its company and its settlement");
      return { kind, invoiceId: target_id as InvoiceId, sellerId: seller_id, companyId: company_id, settlement };
    case "checkout":
      assert(company_id !== null, "a checkout has its company");
      return { kind, checkoutId: target_id as CheckoutId, companyId: company_id };
    case "company":
      return { kind, companyId: target_id as CompanyId };
    case "seller":
      return { kind, sellerId: target_id as SellerId };
    case "sent_back":
    case "receipt":
      return { kind, lineId: target_id as BankLineId };
  }
}
