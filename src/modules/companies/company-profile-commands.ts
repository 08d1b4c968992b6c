import type { Actor } from "../../kernel/actor.ts";
import type { CompanyId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { Transaction } from "../../platform/db/index.ts";
import type { StateConflict } from "../../platform/lifecycle/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import type { Address, Company } from "./company.ts";
import { auditCompany } from "./company-audit.ts";
import { companyFact } from "./company-life.ts";
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
export async function changeCompanyFacts(tx: Transaction, before: Company, facts: CompanyProfile, actor: Actor): Promise<Company> {
  const same = facts.taxNumber === before.taxNumber && facts.address.country === before.address.country;
  const unchecked = same ? {} : { taxNumberCheckedAt: null, taxNumberEvidence: null };
  return writeFacts(tx, before, { ...facts, ...unchecked }, { action: "company.changed" }, actor);
}

/** What is written down of a change: its name, what the event says besides what the company is now, and why. */
export type CompanyChangeTold = {
  readonly action: string;
  readonly more?: { readonly [member: string]: string | null };
  readonly reason?: string;
};

/** Tells that something beside the company's own row has changed for it, a tax number of a further country: its version rises. */
export async function touchCompany(tx: Transaction, before: Company, told: CompanyChangeTold, actor: Actor): Promise<Company> {
  return writeFacts(tx, before, {}, told, actor);
}

/**
 * Records that the operator has checked a tax number, and by what: that of the company's own country stands in its row, those of others with
 * identity.
 */
export async function checkCompanyTaxNumber(
  tx: Transaction,
  before: Company,
  { country, evidence }: { readonly country: string; readonly evidence: string },
  actor: Actor,
): Promise<Company> {
  const own = country === before.address.country;
  const changes = own ? { taxNumberCheckedAt: actor.now, taxNumberEvidence: evidence } : {};
  const more = { tax_country: country, evidence };
  return writeFacts(tx, before, changes, { action: "company.tax_number_checked", more, reason: evidence }, actor);
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
  actor: Actor,
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

async function writeFacts(
  tx: Transaction,
  before: Company,
  changes: Partial<Company>,
  { action, more = {}, reason }: CompanyChangeTold,
  actor: Actor,
): Promise<Company> {
  const company: Company = { ...before, ...changes, version: before.version + 1 };
  await updateCompanyFacts(tx, company, actor.now);
  await appendEvents(tx, [companyFact(company, action, actor, more)]);
  await auditCompany(tx, actor, { action, before, after: company, reason });
  return company;
}
