/**
 * Companies: the organisations that buy, and what each may owe. The money in a credit account is moved by placing and cancelling.
 * Keeps: a company is written with its organisation, its event and its audit entry, or not at all; a limit is changed one at a time.
 */
export { shownCompany } from "./company.ts";
export type { Address, Company } from "./company.ts";
export { addCompany } from "./company-commands.ts";
export type { NewCompany, OperatorActor } from "./company-commands.ts";
export type { CompanyRefusal } from "./company-refusals.ts";
export { type CompanyEvent, companyMachine, type CompanyState } from "./company-machine.ts";
export { findCompany, listCompanies } from "./company-store.ts";
export { shownCreditAccount } from "./credit-account.ts";
export type { CreditAccount } from "./credit-account.ts";
export {
  type AccountAsked,
  changeCreditLimit,
  closeCreditAccount,
  openCreditAccount,
  reopenCreditAccount,
} from "./credit-account-commands.ts";
export { findCreditAccount, listCreditAccounts } from "./credit-account-store.ts";

export {
  changeCredit,
  type CreditAccountClosed,
  type CreditAccountFacts,
  type CreditChange,
  type CreditExceeded,
  type CreditRefusal,
  heldCreditAccounts,
  lockCreditAccounts,
  type NoCreditAccount,
  readCreditAccounts,
} from "./credit-charge.ts";

export const owns = ["companies", "company_history", "company_addresses", "credit_accounts"] as const;
