import type { Instant } from "../../kernel/clock.ts";
import type { CompanyId, Uuid } from "../../kernel/ids.ts";
import { instantParameter, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { CompanyEvent, CompanyState } from "./company-machine.ts";

/** Who caused a step: a member of the operator or of the company by their key, somebody unknown, or the clock. */
export type CompanyActor =
  | { readonly kind: "operator" | "company"; readonly id: Uuid }
  | { readonly kind: "public" | "deadline"; readonly id: null };

/** One edge that a company took. */
export type CompanyStep = {
  readonly companyId: CompanyId;
  readonly version: number;
  readonly from: CompanyState | "";
  readonly event: CompanyEvent;
  readonly to: CompanyState;
  readonly actor: CompanyActor;
  readonly cause: string;
  readonly at: Instant;
  readonly idempotencyId: Uuid | null;
};

/** Writes steps of companies, in one statement. */
export async function appendCompanyHistory(tx: Transaction, steps: readonly CompanyStep[]): Promise<void> {
  await tx.query(sql`
    insert into company_history (company_id, version, from_state, event, to_state, actor_kind, actor_id, cause, at, idempotency_id)
    select *
    from unnest(
      ${steps.map(({ companyId }) => companyId)}::uuid[],
      ${steps.map(({ version }) => version)}::integer[],
      ${steps.map(({ from }) => from)}::text[],
      ${steps.map(({ event }) => event)}::text[],
      ${steps.map(({ to }) => to)}::text[],
      ${steps.map(({ actor }) => actor.kind)}::text[],
      ${steps.map(({ actor }) => actor.id)}::uuid[],
      ${steps.map(({ cause }) => cause)}::text[],
      ${steps.map(({ at }) => instantParameter(at))}::timestamptz[],
      ${steps.map(({ idempotencyId }) => idempotencyId)}::uuid[])`);
}

/** A step as it is read. */
export type CompanyHistoryRow = {
  readonly version: number;
  readonly from_state: string;
  readonly event: string;
  readonly to_state: string;
  readonly actor_kind: string;
  readonly cause: string;
  readonly at: Instant;
};

/** The steps of a company, the first one first; at most a hundred, the last of them. */
export async function readCompanyHistory(reader: Reader, companyId: CompanyId): Promise<readonly CompanyHistoryRow[]> {
  const rows = await reader.query(sql<CompanyHistoryRow>`
    select version, from_state, event, to_state, actor_kind, cause, at
    from company_history
    where company_id = ${companyId}
    order by version desc
    limit 100`);
  return rows.toReversed();
}
