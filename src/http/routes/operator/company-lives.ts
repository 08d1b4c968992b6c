import Type, { type Static } from "typebox";
import { closeCompany } from "../../../flows/close-company.ts";
import { reactivateCompany } from "../../../flows/reactivate-company.ts";
import { suspendCompany } from "../../../flows/suspend-company.ts";
import { toRfc3339 } from "../../../kernel/clock.ts";
import { decideOnCompany, companyReaches, type CompanyDecision } from "../../../modules/companies/index.ts";
import type { RefusalCode } from "../../problem.ts";
import { checkVersion, idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf, oneOf, text } from "../../shapes.ts";
import { effectiveByMember, reasonBody } from "../organisation-shapes.ts";
import { operatorCompany, operatorCompanyExample, operatorsCompany } from "../company-life-shapes.ts";

const params = closed({ id: idOf("company") });
const effective = closed({ ...operatorCompany.properties, ...effectiveByMember });

/** A body with the reason for a decision, which may be left out of some. */
function reasonIn(needed: boolean) {
  return Type.Unsafe<{ reason?: string }>(needed ? reasonBody : closed({ reason: Type.Optional(text(500)) }));
}

/** An operation by which the operator decides on a company that has registered. */
function deciding(declared: {
  readonly action: string;
  readonly event: CompanyDecision["event"];
  readonly summary: string;
  readonly needsReason: boolean;
  readonly refusals: readonly RefusalCode[];
  readonly company: string;
  readonly shown: typeof operatorCompanyExample;
}): Operation {
  const { action, event, summary, needsReason, refusals, company, shown } = declared;
  return operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "operator",
    id: `operator.companies.${action}`,
    path: `/companies/{id}/${action}`,
    summary,
    params,
    body: reasonIn(needsReason),
    response: operatorCompany,
    refusals: ["not-found", ...refusals],
    example: { params: { id: company }, body: needsReason ? { reason: "there is no such firm" } : {}, response: shown },
    locks: ["company", "deadline"],
    async work(tx, call) {
      const decision = { companyId: idInPath("company", call.params.id), event, reason: call.body.reason };
      const decided = await decideOnCompany(tx, call, { ...decision, checkVersion: (current) => checkVersion(call, current) });
      return decided === undefined ? refuseNotFound() : { body: operatorsCompany(decided), version: decided.version };
    },
  });
}

const activeExample: Static<typeof operatorCompany> = {
  ...operatorCompanyExample,
  state: "active",
  reviewer: example.key,
  review_due_at: null,
  allowed_actions: ["suspend", "close"],
  version: 2,
};

/** What the operator does with a company along its life. */
export const operatorCompanyLifeOperations: readonly Operation[] = [
  deciding({
    action: "activate",
    event: "activate",
    summary: "Let a company buy",
    needsReason: false,
    refusals: ["state-conflict"],
    company: example.pendingCompany,
    shown: activeExample,
  }),
  deciding({
    action: "reject",
    event: "reject",
    summary: "Reject a company's registration",
    needsReason: true,
    refusals: ["state-conflict"],
    company: example.pendingCompany,
    shown: { ...activeExample, state: "rejected", allowed_actions: [] },
  }),
  operation({
    kind: "flow",
    method: "POST",
    status: 200,
    id: "operator.companies.suspend",
    path: "/companies/{id}/suspend",
    summary: "Suspend a company",
    params,
    body: closed({
      reach: Type.Unsafe<(typeof companyReaches)[number]>({
        ...oneOf(companyReaches),
        description: "new: no new orders; hold: open orders stand still besides; cancel: what has not left is cancelled besides",
      }),
      reason: text(500),
    }),
    response: effective,
    refusals: ["not-found", "state-conflict"],
    example: {
      params: { id: example.idleCompany },
      body: { reach: "hold", reason: "invoices long overdue" },
      response: {
        ...activeExample,
        state: "suspended",
        suspension: "hold",
        allowed_actions: ["reactivate", "close"],
        version: 3,
        effective_by: "2026-11-22T12:00:06.000Z",
      },
    },
    locks: ["company", "deadline"],
    async work(tx, call) {
      const companyId = idInPath("company", call.params.id);
      const command = { ...call, companyId, ...call.body, checkVersion: (current: number) => checkVersion(call, current) };
      const suspended = await suspendCompany(tx, command);
      if (suspended === undefined) return refuseNotFound();
      const { company, effectiveBy } = suspended;
      return { body: { ...operatorsCompany(company), effective_by: toRfc3339(effectiveBy) }, version: company.version };
    },
  }),
  operation({
    kind: "flow",
    method: "POST",
    status: 200,
    id: "operator.companies.reactivate",
    path: "/companies/{id}/reactivate",
    summary: "End a company's suspension",
    params,
    body: reasonBody,
    response: operatorCompany,
    refusals: ["not-found", "state-conflict"],
    example: {
      params: { id: example.suspendedCompany },
      body: { reason: "everything is paid" },
      response: { ...activeExample, version: 4 },
    },
    locks: ["company", "deadline"],
    async work(tx, call) {
      const companyId = idInPath("company", call.params.id);
      const command = { ...call, companyId, reason: call.body.reason, checkVersion: (current: number) => checkVersion(call, current) };
      const company = await reactivateCompany(tx, command);
      return company === undefined ? refuseNotFound() : { body: operatorsCompany(company), version: company.version };
    },
  }),
  operation({
    kind: "flow",
    method: "POST",
    status: 200,
    id: "operator.companies.close",
    path: "/companies/{id}/close",
    summary: "Close a company for ever",
    params,
    body: reasonBody,
    response: effective,
    refusals: ["not-found", "state-conflict", "orders-open"],
    example: {
      params: { id: example.idleCompany },
      body: { reason: "gave up business" },
      response: { ...activeExample, state: "closed", allowed_actions: [], version: 3, effective_by: "2026-11-22T12:00:06.000Z" },
    },
    locks: ["company", "deadline"],
    async work(tx, call) {
      const companyId = idInPath("company", call.params.id);
      const command = { ...call, companyId, reason: call.body.reason, checkVersion: (current: number) => checkVersion(call, current) };
      const closedCompany = await closeCompany(tx, command);
      if (closedCompany === undefined) return refuseNotFound();
      const { company, effectiveBy } = closedCompany;
      return { body: { ...operatorsCompany(company), effective_by: toRfc3339(effectiveBy) }, version: company.version };
    },
  }),
];
