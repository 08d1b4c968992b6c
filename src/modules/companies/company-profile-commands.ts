import type { CompanyId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { Transaction } from "../../platform/db/index.ts";
import type { StateConflict } from "../../platform/lifecycle/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import type { Address, Company } from "./company.ts";
import { auditCompany } from "./company-audit.ts";
import { type OperatorActor, type Circumstances, companyFact } from "./company-life.ts";
import { lockCompany, updateCompanyFacts, updatePaymentDays } from "./company-store.ts";

/** Who a company says it is, whole: what is null is not so. */
export type CompanyProfile = {
  readonly name: string;
  readonly address: Address;
  readonly registrationNumber: string | null;
  readonly taxNumber: string | null;
};

/** Which company changes, and what judges the caller's `If-Match` on the locked row. */
export type CompanyAsked = { readonly companyId: CompanyId; readonly checkVersion: (version: number) => void };

/**
 * Locks a company that may still change; its version is judged.
 *
 * @returns undefined when there is no such company
 * @throws Refused state-conflict when it was rejected or has closed; what `checkVersion` throws
 */
export async function lockLivingCompany(tx: Transaction, { companyId, checkVersion }: CompanyAsked): Promise<Company | undefined> {
  const company = await lockCompany(tx, companyId);
  if (company === undefined) return undefined;
  checkVersion(company.version);
  if (company.state === "rejected" || company.state === "closed") {
    throw new Refused<StateConflict>({ code: "state-conflict", state: company.state, allowed: [] });
  }
  return company;
}

/** Writes who a locked company is now. A tax number that is another, or of another country, is not checked any more. */
export async function changeCompanyFacts(
  tx: Transaction,
  before: Company,
  facts: CompanyProfile,
  circumstances: Circumstances,
): Promise<Company> {
  const same = facts.taxNumber === before.taxNumber && facts.address.country === before.address.country;
  const unchecked = same ? {} : { taxNumberCheckedAt: null, taxNumberEvidence: null };
  return writeFacts(tx, before, { ...facts, ...unchecked }, "company.changed", circumstances);
}

/**
 * Tells that something beside the company's own row has changed for it, a tax number of a further country: its version rises.
 * `more` stands in the event beside what the company is.
 */
export async function touchCompany(
  tx: Transaction,
  before: Company,
  told: { readonly type: string; readonly more: { readonly [member: string]: string | null } },
  circumstances: Circumstances,
): Promise<Company> {
  return writeFacts(tx, before, {}, told.type, circumstances, told.more);
}

/** Records that the operator has checked the tax number of the company's own country, with what it was checked by. */
export async function checkCompanyTaxNumber(tx: Transaction, before: Company, evidence: string, actor: OperatorActor): Promise<Company> {
  const checked = { taxNumberCheckedAt: actor.now, taxNumberEvidence: evidence };
  return recordCheck(tx, before, checked, { country: before.address.country, evidence }, actor);
}

/**
 * Sets in how many days from an invoice a company pays. Invoices that stand stay due when they are.
 *
 * Locks: company.
 *
 * @returns undefined when there is no such company
 * @throws Refused state-conflict, and what `checkVersion` throws
 */
export async function changePaymentDays(
  tx: Transaction,
  actor: OperatorActor,
  asked: CompanyAsked & { readonly paymentDays: number; readonly reason?: string | undefined },
): Promise<Company | undefined> {
  const before = await lockLivingCompany(tx, asked);
  if (before === undefined) return undefined;
  const company = { ...before, paymentDays: asked.paymentDays, version: before.version + 1 };
  await updatePaymentDays(tx, company, actor.now);
  await appendEvents(tx, [companyFact(company, "company.payment_days_changed", actor)]);
  await auditCompany(tx, actor, { action: "company.payment_days_changed", before, after: company, reason: asked.reason });
  return company;
}

/** Records that the operator has checked a tax number of a further country, which stands with identity. */
export async function touchCheckedCompany(
  tx: Transaction,
  before: Company,
  { country, evidence }: { readonly country: string; readonly evidence: string },
  actor: OperatorActor,
): Promise<Company> {
  return recordCheck(tx, before, {}, { country, evidence }, actor);
}

async function recordCheck(
  tx: Transaction,
  before: Company,
  changes: Partial<Company>,
  check: { readonly country: string; readonly evidence: string },
  actor: OperatorActor,
): Promise<Company> {
  const action = "company.tax_number_checked";
  const company = await writeFacts(tx, before, changes, action, actor, { tax_country: check.country, evidence: check.evidence });
  await auditCompany(tx, actor, { action, before, after: company, reason: `${check.country}: ${check.evidence}` });
  return company;
}

async function writeFacts(
  tx: Transaction,
  before: Company,
  changes: Partial<Company>,
  type: string,
  circumstances: Circumstances,
  more: { readonly [member: string]: string | null } = {},
): Promise<Company> {
  const company: Company = { ...before, ...changes, version: before.version + 1 };
  await updateCompanyFacts(tx, company, circumstances.now);
  await appendEvents(tx, [companyFact(company, type, circumstances, more)]);
  return company;
}
