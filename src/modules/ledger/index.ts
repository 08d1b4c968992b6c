/**
 * Ledger: the books. Every fact about money is booked once, as transfers between two accounts, and stays as it was booked.
 * Keeps: what is booked balances, balances are the transfers (M1), every transaction has its record and every record its transaction (M8).
 */
export {
  boundFunds,
  companyAccount,
  type LedgerAccount,
  type LedgerAccountKind,
  ledgerAccountKinds,
  type LedgerSubject,
  operatorAccount,
  sellerAccount,
} from "./account.ts";
export { post } from "./ledger-store.ts";
export { rollUp } from "./roll-up-store.ts";
export {
  type BookedBy,
  type LedgerActor,
  type LedgerTransaction,
  type LedgerTransactionKind,
  ledgerTransactionKinds,
  type LedgerTransfer,
} from "./transaction.ts";

export const owns = ["ledger_accounts", "ledger_transactions", "ledger_transfers", "ledger_balances", "ledger_unrolled"] as const;
