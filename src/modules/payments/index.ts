/**
 * Payments: what came in and went out on the operator's bank account, what it was taken for, and what companies have with the operator.
 * Keeps: each booking of the bank counts once (R1), no funds are used that are not there (M2).
 */
export {
  type BankAllocation,
  type BankChangedBy,
  type BankLine,
  type BankLineFacts,
  type BankTarget,
  byHand,
  factsOfLine,
  handIdentity,
  type NewBankLine,
  unallocated,
  type WaitingReason,
} from "./bank-line.ts";
export { bankLineMachine, type BankLineState } from "./bank-line-machine.ts";
export {
  type BankLineChange,
  type BookingByHand,
  changeBankLines,
  findBooking,
  findReceived,
  findUntoldByHand,
  insertBankLines,
  lockBankLines,
  readAllocations,
  readKnownIdentities,
  type StandingLine,
} from "./bank-line-store.ts";
export { readCamt053 } from "./bank-statement/camt053.ts";
export {
  type Allocation,
  type CheckoutTarget,
  type InvoiceTarget,
  matchLines,
  type MatchResult,
  type PaymentTarget,
  type TakenFor,
} from "./bank-statement/match.ts";
export { mentionedKeys } from "./bank-statement/mention.ts";
export { type BankStatement, continuity, type Continuity } from "./bank-statement/statement.ts";
export { readStatementCsv } from "./bank-statement/statement-csv.ts";
export { signed, type StatementLine } from "./bank-statement/statement-line.ts";
export type { StatementRefusal } from "./bank-statement/statement-refusal.ts";
export { indexReceived } from "./bank-statement/undone.ts";
export {
  type BankAccount,
  closeBankAccounts,
  fingerprintOf,
  type ImportedStatement,
  lockBankAccounts,
  readStatementProgress,
  type StatementProgress,
  writeStatements,
} from "./bank-statement-store.ts";
export { type Funds, type FundsChange, type FundsKey, fundsName, leftOf } from "./funds.ts";
export { changeFunds, lockFunds, readFunds } from "./funds-store.ts";
export { type PaymentRules, paymentRules } from "./payment-rules.ts";
export type {
  AllocationReason,
  AllocationRefused,
  BankReferenceUsed,
  FundsShort,
  PaymentCurrencyDiffers,
  PaymentRefusal,
} from "./payment-refusals.ts";

export const owns = ["bank_accounts", "bank_statements", "bank_lines", "bank_allocations", "company_funds"] as const;
