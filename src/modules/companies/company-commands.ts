import type { Actor, Circumstances } from "../../kernel/actor.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { CompanyId, PersonId } from "../../kernel/ids.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { addDeadlines, setDeadlines } from "../../platform/jobs/index.ts";
import type { Sealed } from "../../platform/sealing/index.ts";
import type { Address, Company } from "./company.ts";
import { auditCompany } from "./company-audit.ts";
import { nameOfStep, recordSteps, reviewDeadlineOf, reviewDueAt, type Taken, takeStep } from "./company-life.ts";
import { insertCompany, updateCompanyState } from "./company-store.ts";

/** What makes a company of an organisation that is enrolled. The contact's data comes sealed: it goes into the audit entry only. */
export type NewCompany = {
  readonly companyId: CompanyId;
  readonly name: string;
  readonly address: Address;
  readonly registrationNumber?: string | undefined;
  readonly taxNumber?: string | undefined;
  /** 30 unless told. */
  readonly paymentDays?: number | undefined;
  readonly contactPersonId: PersonId;
  readonly contact: Sealed;
};

/** Adds a company in the operator's name. It has registered; with `activate` it buys, all in this transaction. */
export async function addCompany(tx: Transaction, actor: Actor, facts: NewCompany & { readonly activate: boolean }): Promise<Company> {
  const { principal, now } = actor;
  const registered = newCompany(facts, now);
  const birth: Taken = { company: registered, from: "", event: "register", cause: "added by the operator" };
  const taken = [birth];
  await insertCompany(tx, registered);
  if (facts.activate) {
    const active = takeStep(registered, "activate", "added as active", { reviewerId: principal.keyId, reviewDueAt: null });
    taken.push(active);
    await updateCompanyState(tx, active.company, now);
  } else {
    await setDeadlines(tx, [reviewDeadlineOf(registered)]);
  }
  const { company, event } = taken.at(-1) ?? birth;
  await recordSteps(tx, taken, { kind: "operator", id: principal.keyId }, actor);
  await auditCompany(tx, actor, { action: nameOfStep(event), after: company, contact: facts.contact });
  return company;
}

/** Writes down that a stranger registers a company. Nothing is read: whoever registers may see nothing. */
export async function registerCompany(
  tx: Transaction,
  circumstances: Circumstances,
  facts: Omit<NewCompany, "contact" | "paymentDays">,
): Promise<Company> {
  const company = newCompany(facts, circumstances.now);
  await insertCompany(tx, company);
  const birth: Taken = { company, from: "", event: "register", cause: "registered" };
  await recordSteps(tx, [birth], { kind: "public", id: null }, circumstances);
  await addDeadlines(tx, [reviewDeadlineOf(company)]);
  return company;
}

/** The company that has registered. */
function newCompany(facts: Omit<NewCompany, "contact">, now: Instant): Company {
  const { companyId, name, address, registrationNumber = null, taxNumber = null, paymentDays = 30, contactPersonId } = facts;
  return {
    ...{ companyId, state: "pending", suspension: null, name, address, registrationNumber },
    ...{ taxNumber, taxNumberCheckedAt: null, taxNumberEvidence: null, paymentDays, contactPersonId },
    ...{ reviewerId: null, reviewDueAt: reviewDueAt(now), version: 1, createdAt: now },
  };
}
