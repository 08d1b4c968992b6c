import type { Static } from "typebox";
import { toRfc3339 } from "../../kernel/clock.ts";
import { type ApiKeyId, prefixes, toWireId } from "../../kernel/ids.ts";
import { eventsFrom } from "../../kernel/lifecycle.ts";
import { type Company, companyMachine, readCompanyHistory, shownCompany } from "../../modules/companies/index.ts";
import { readTaxNumbers, shownTaxNumber } from "../../modules/identity/index.ts";
import type { Reader } from "../../platform/db/index.ts";
import { closed, idOf, instant, listOf, oneOf, text } from "../shapes.ts";
import { historyStep, shownStep } from "./checkout-shapes.ts";
import { companyExample, companyMembers, nullable, taxNumbers } from "./organisation-shapes.ts";

const actions = ["activate", "reject", "suspend", "reactivate", "close"] as const;

/** A company in the operator's lists: also who decided on it or by when, and what the operator may do now. */
export const operatorCompany = closed({
  ...companyMembers,
  reviewer: nullable(idOf("apiKey")),
  review_due_at: nullable(instant),
  allowed_actions: listOf(oneOf(actions), 0, actions.length),
});

/** A company as the operator reads it. */
export const readCompany = closed({
  ...operatorCompany.properties,
  tax_number_evidence: nullable(text(500)),
  tax_numbers: taxNumbers,
  history: listOf(historyStep, 1, 100),
});

/** A company in an answer or a list of the operator's. */
export function operatorsCompany(company: Company): Static<typeof operatorCompany> {
  const { reviewerId, reviewDueAt, state } = company;
  return {
    ...shownCompany(company),
    reviewer: reviewerId === null ? null : toWireId(prefixes.apiKey, reviewerId as ApiKeyId),
    review_due_at: reviewDueAt === null ? null : toRfc3339(reviewDueAt),
    allowed_actions: eventsFrom(companyMachine, state, "operator").flatMap((event) => (event === "register" ? [] : [event])),
  };
}

/** A company with all that the operator knows of it. */
export async function wholeCompany(reader: Reader, company: Company): Promise<Static<typeof readCompany>> {
  const { companyId } = company;
  return {
    ...operatorsCompany(company),
    tax_number_evidence: company.taxNumberEvidence,
    tax_numbers: (await readTaxNumbers(reader, companyId)).map(shownTaxNumber),
    history: (await readCompanyHistory(reader, companyId)).map(shownStep),
  };
}

/** The example of a company that has registered, as the operator sees it. */
export const operatorCompanyExample: Static<typeof operatorCompany> = {
  ...companyExample,
  reviewer: null,
  review_due_at: "2026-11-28T00:00:00.000Z",
  allowed_actions: ["activate", "reject"],
};
