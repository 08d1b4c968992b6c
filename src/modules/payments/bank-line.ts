import { createHash } from "node:crypto";
import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, BankLineId, BankStatementId, CheckoutId, CompanyId, InvoiceId, SellerId, Uuid } from "../../kernel/ids.ts";
import type { Currency } from "../../kernel/money.ts";
import type { UnmatchedReason } from "./bank-statement/match.ts";
import type { StatementLine } from "./bank-statement/statement-line.ts";
import type { BankLineState } from "./bank-line-machine.ts";

/** The account of what is recorded by hand: no bank gives it a statement. */
export const byHand = "";

/**
 * Why a line waits: nobody is named for it, or what it takes back is not there any more. `funds_used`: the money has gone on;
 * `checkout_confirmed`: goods were promised for it.
 */
export type WaitingReason = UnmatchedReason | "funds_used" | "checkout_confirmed";

/** What a line says. Amounts are minor units, more than zero; days YYYY-MM-DD. */
export type BankLineFacts = {
  readonly identity: string;
  readonly direction: "credit" | "debit";
  readonly amount: bigint;
  readonly currency: Currency;
  readonly bookedOn: string;
  readonly valueOn: string | null;
  readonly bankReference: string | null;
  readonly transactionReference: string | null;
  readonly endToEndId: string | null;
  readonly counterparty: { readonly name: string | null; readonly iban: string | null };
  readonly texts: readonly string[];
  /** It undoes an earlier booking, or brings back what was sent. */
  readonly isReturn: boolean;
};

/** A line as it is written first. `recordedLine` is the line by hand that it tells again. */
export type NewBankLine = BankLineFacts & {
  readonly lineId: BankLineId;
  readonly statementId: BankStatementId | null;
  readonly account: string;
  readonly state: BankLineState;
  readonly reason: WaitingReason | null;
  readonly recordedLine: BankLineId | null;
};

/** A line whose row is locked. `allocated` is what of it was taken for something, `allocations` how many rows say so. */
export type BankLine = Pick<NewBankLine, "lineId" | "direction" | "amount" | "currency" | "state" | "reason" | "bankReference"> & {
  readonly version: number;
  readonly allocated: bigint;
  readonly allocations: number;
};

/** What money of a line was taken for. `receipt` is an earlier line that this one undoes or sends back; `sent_back` the line that sent it. */
export type BankTarget =
  | {
      readonly kind: "invoice";
      readonly sellerId: SellerId;
      readonly invoiceId: InvoiceId;
      readonly companyId: CompanyId;
      readonly settlement: number;
    }
  | { readonly kind: "checkout"; readonly checkoutId: CheckoutId; readonly companyId: CompanyId }
  | { readonly kind: "company"; readonly companyId: CompanyId }
  | { readonly kind: "seller"; readonly sellerId: SellerId }
  | { readonly kind: "sent_back" | "receipt"; readonly lineId: BankLineId };

/** Part of a line's amount and what it was taken for; what is undone has the opposite amount and names what it undoes. */
export type BankAllocation = {
  readonly lineId: BankLineId;
  readonly number: number;
  readonly target: BankTarget;
  readonly amount: bigint;
  readonly undoes: number | null;
};

/** Who brings and changes lines, by which key, when. */
export type BankChangedBy = { readonly keyId: ApiKeyId; readonly idempotencyId: Uuid; readonly at: Instant };

/** What of a line nobody is named for. */
export function unallocated({ amount, allocated }: Pick<BankLine, "amount" | "allocated">): bigint {
  return amount - allocated;
}

/** What is kept of a statement's line. Its texts stay in their order: references, numbers of documents, what the payer and the bank wrote. */
export function factsOfLine(line: StatementLine): BankLineFacts {
  const { identity, direction, money, bookedOn, valueOn, bankReference, transactionReference, endToEndId, counterparty } = line;
  return {
    ...{ identity, direction, amount: money.amount, currency: money.currency, bookedOn, valueOn, bankReference, transactionReference },
    ...{ endToEndId, counterparty, isReturn: line.reversal || line.returnReason !== null },
    texts: [...line.creditorReferences, ...line.documentNumbers, ...line.remittance, ...line.information],
  };
}

/** The name of a line that is recorded by hand: of its direction and the bank's reference, which counts once. 64 hexadecimal digits. */
export function handIdentity(direction: "credit" | "debit", bankReference: string): string {
  return createHash("sha256").update(`by hand ${direction} ${bankReference}`).digest("hex");
}
