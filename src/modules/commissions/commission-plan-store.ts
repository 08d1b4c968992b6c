import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { CategoryId, CommissionPlanId, OperatorId, SellerId } from "../../kernel/ids.ts";
import { currency, minorUnits } from "../../kernel/money.ts";
import { instantParameter, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { CommissionPlan, CommissionScope } from "./commission-plan.ts";

type CommissionPlanRow = {
  operator_id: OperatorId;
  commission_plan_id: CommissionPlanId;
  name: string;
  seller_id: SellerId | null;
  category_id: CategoryId | null;
  currency: string;
  step_from: bigint[];
  step_rates: number[];
  step_fixed: bigint[];
  on_freight: boolean;
  returned_on_write_off: boolean;
  valid_from: string;
  valid_until: string | null;
  version: number;
  changed_at: Instant;
};

/**
 * Keeps others from making and changing plans until the transaction ends. An advisory lock, because what has to be locked is also the
 * absence of rows; beneath it the table lets one plan of a scope hold at a time.
 */
export async function lockCommissionPlans(tx: Transaction): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended('commission_plans', 0))`);
}

/** Which of the facts that a plan rests on are there: the operator's profile, the seller and the category where it names one. */
export async function findScope(
  reader: Reader,
  { operatorId, sellerId, categoryId }: Pick<CommissionPlan, "operatorId" | "sellerId" | "categoryId">,
): Promise<{ readonly profile: boolean; readonly seller: boolean; readonly category: boolean }> {
  const [row] = await reader.query(sql<{ profile: boolean; seller: boolean; category: boolean }>`
    select exists (select from operator_profiles where operator_id = ${operatorId}) as profile,
      ${sellerId}::uuid is null or exists (select from sellers where seller_id = ${sellerId}) as seller,
      ${categoryId}::uuid is null or exists (select from categories where category_id = ${categoryId}) as category`);
  assert(row !== undefined, "a statement without a from clause answers one row");
  return row;
}

/** All plans of a scope and currency. */
export async function plansOf(reader: Reader, { sellerId, categoryId, currency: code }: CommissionScope): Promise<CommissionPlan[]> {
  const rows = await reader.query(sql<CommissionPlanRow>`
    select operator_id, commission_plan_id, name, seller_id, category_id, currency, step_from, step_rates, step_fixed, on_freight,
      returned_on_write_off, valid_from, valid_until, version, changed_at
    from commission_plans
    where seller_id is not distinct from ${sellerId} and category_id is not distinct from ${categoryId} and currency = ${code}
    order by valid_from`);
  return rows.map(toPlan);
}

/** Writes a new plan. */
export async function insertCommissionPlan(tx: Transaction, plan: CommissionPlan): Promise<void> {
  await tx.execute(sql`
    insert into commission_plans (operator_id, commission_plan_id, name, seller_id, category_id, currency, step_from, step_rates, step_fixed,
      on_freight, returned_on_write_off, valid_from, valid_until, version, changed_at)
    values (${plan.operatorId}, ${plan.commissionPlanId}, ${plan.name}, ${plan.sellerId}, ${plan.categoryId}, ${plan.currency},
      ${plan.steps.map(({ from }) => from)}::bigint[], ${plan.steps.map(({ ratePpm }) => ratePpm)}::integer[],
      ${plan.steps.map(({ fixed }) => fixed)}::bigint[], ${plan.onFreight}, ${plan.returnedOnWriteOff}, ${plan.validFrom}::date,
      ${plan.validUntil}::date, ${plan.version}, ${instantParameter(plan.changedAt)})`);
}

/** Writes the terms of a plan, and its end. Behind the lock of all plans. */
export async function updateCommissionPlan(tx: Transaction, plan: CommissionPlan): Promise<void> {
  const updated = await tx.execute(sql`
    update commission_plans
    set name = ${plan.name}, step_from = ${plan.steps.map(({ from }) => from)}::bigint[],
      step_rates = ${plan.steps.map(({ ratePpm }) => ratePpm)}::integer[], step_fixed = ${plan.steps.map(({ fixed }) => fixed)}::bigint[],
      on_freight = ${plan.onFreight}, returned_on_write_off = ${plan.returnedOnWriteOff}, valid_until = ${plan.validUntil}::date,
      version = ${plan.version}, changed_at = ${instantParameter(plan.changedAt)}
    where commission_plan_id = ${plan.commissionPlanId}`);
  assert(updated === 1, `the commission plan ${plan.commissionPlanId} is not there`);
}

/** A commission plan, ended ones among them. Undefined when there is none of this id. */
export async function findCommissionPlan(reader: Reader, commissionPlanId: CommissionPlanId): Promise<CommissionPlan | undefined> {
  const row = await reader.find(sql<CommissionPlanRow>`
    select operator_id, commission_plan_id, name, seller_id, category_id, currency, step_from, step_rates, step_fixed, on_freight,
      returned_on_write_off, valid_from, valid_until, version, changed_at
    from commission_plans
    where commission_plan_id = ${commissionPlanId}`);
  return row && toPlan(row);
}

/** Plans from new to old, those with an id below `before`; of one seller alone where it is named. */
export async function listCommissionPlans(
  reader: Reader,
  { before, count }: { readonly before: string; readonly count: number },
  sellerId: SellerId | null,
): Promise<CommissionPlan[]> {
  const rows = await reader.query(sql<CommissionPlanRow>`
    select operator_id, commission_plan_id, name, seller_id, category_id, currency, step_from, step_rates, step_fixed, on_freight,
      returned_on_write_off, valid_from, valid_until, version, changed_at
    from commission_plans
    where commission_plan_id < ${before}::uuid and (${sellerId}::uuid is null or seller_id = ${sellerId}::uuid)
    order by commission_plan_id desc
    limit ${count}`);
  return rows.map(toPlan);
}

function toPlan(row: CommissionPlanRow): CommissionPlan {
  return {
    operatorId: row.operator_id,
    commissionPlanId: row.commission_plan_id,
    name: row.name,
    sellerId: row.seller_id,
    categoryId: row.category_id,
    currency: currency(row.currency),
    steps: row.step_from.map((from, index) => ({
      from: minorUnits(from),
      ratePpm: row.step_rates[index] ?? 0,
      fixed: minorUnits(row.step_fixed[index] ?? 0n),
    })),
    onFreight: row.on_freight,
    returnedOnWriteOff: row.returned_on_write_off,
    validFrom: row.valid_from,
    validUntil: row.valid_until,
    version: row.version,
    changedAt: row.changed_at,
  };
}
