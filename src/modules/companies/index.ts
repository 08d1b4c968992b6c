/**
 * Companies: the organisations that buy, and what each may owe. The money in a credit account is moved by placing and cancelling.
 * Keeps: a company is written with its organisation, its event and its audit entry, or not at all; a limit is changed one at a time.
 */
export { companyReaches, shownCompany } from "./company.ts";
export type { Address, Company, CompanyReach } from "./company.ts";
export { type CompanyAddress, shownAddress } from "./company-address.ts";
export { addAddress, type AddressAsked, type AddressFacts, changeAddress, removeAddress } from "./company-address-commands.ts";
export { findAddress, listAddresses } from "./company-address-store.ts";
export { addCompany, registerCompany } from "./company-commands.ts";
export type { NewCompany } from "./company-commands.ts";
export { type CompanyHistoryRow, readCompanyHistory } from "./company-history-store.ts";
export { companyReviewDeadline, companySweep, companySweepDeadline } from "./company-life.ts";
export type { CompanyHomeCountry, CompanyOrdersOpen, CompanyRefusal } from "./company-refusals.ts";
export { type CompanyEvent, companyMachine, type CompanyState } from "./company-machine.ts";
export {
  changeCompanyFacts,
  changePaymentDays,
  checkCompanyTaxNumber,
  type CompanyAsked,
  type CompanyProfile,
  lockLivingCompany,
  touchCompany,
} from "./company-profile-commands.ts";
export { type CompanyDecision, decideOnCompany } from "./company-review-commands.ts";
export { type CompanyMove, moveCompany, tellOverdueReview } from "./company-step-commands.ts";
export { type CompanyFilter, findCompany, listCompanies, lockCompany, lockCompanyIfFree } from "./company-store.ts";
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
