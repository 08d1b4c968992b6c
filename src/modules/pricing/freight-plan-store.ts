import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { FreightPlanId, SellerId } from "../../kernel/ids.ts";
import { currency, minorUnits } from "../../kernel/money.ts";
import { instantParameter, locking, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { FreightKind, KeptFreightPlan } from "./freight-plan.ts";

type FreightPlanRow = {
  seller_id: SellerId;
  freight_plan_id: FreightPlanId;
  name: string;
  kind: FreightKind;
  currency: string;
  amount: bigint;
  step_grams: number[];
  step_amounts: bigint[];
  free_from: bigint | null;
  tax_category: string | null;
  countries: string[];
  retired_at: Instant | null;
  version: number;
  changed_at: Instant;
};

/** Whether another plan in force of the seller has this name. Behind the lock of its names it stays so. */
export async function planNameIsTaken(
  reader: Reader,
  { sellerId, freightPlanId, name }: Pick<KeptFreightPlan, "sellerId" | "freightPlanId" | "name">,
): Promise<boolean> {
  const row = await reader.find(sql<{ freight_plan_id: FreightPlanId }>`
    select freight_plan_id
    from freight_plans
    where seller_id = ${sellerId} and name = ${name} and retired_at is null and freight_plan_id <> ${freightPlanId}`);
  return row !== undefined;
}

/** Writes a new freight plan. */
export async function insertFreightPlan(tx: Transaction, plan: KeptFreightPlan): Promise<void> {
  await tx.execute(sql`
    insert into freight_plans (seller_id, freight_plan_id, name, kind, currency, amount, step_grams, step_amounts, free_from, tax_category,
      countries, version, changed_at)
    values (${plan.sellerId}, ${plan.freightPlanId}, ${plan.name}, ${plan.kind}, ${plan.currency}, ${plan.amount},
      ${plan.steps.map(({ upToGrams }) => upToGrams)}::integer[], ${plan.steps.map(({ amount }) => amount)}::bigint[], ${plan.freeFrom},
      ${plan.taxCategory}, ${plan.countries}::text[], ${plan.version}, ${instantParameter(plan.changedAt)})`);
}

/** Locks a plan of the seller; undefined when it is not there. */
export async function lockFreightPlan(
  tx: Transaction,
  sellerId: SellerId,
  freightPlanId: FreightPlanId,
): Promise<KeptFreightPlan | undefined> {
  const [row] = await tx.query(
    locking(
      "freight_plan",
      sql<FreightPlanRow>`
      select seller_id, freight_plan_id, name, kind, currency, amount, step_grams, step_amounts, free_from, tax_category, countries,
        retired_at, version, changed_at
      from freight_plans
      where seller_id = ${sellerId} and freight_plan_id = ${freightPlanId}
      for no key update`,
    ),
  );
  return row && toPlan(row);
}

/** Writes the terms of a locked plan, and when it was retired. */
export async function updateFreightPlan(tx: Transaction, plan: KeptFreightPlan): Promise<void> {
  const updated = await tx.execute(sql`
    update freight_plans
    set name = ${plan.name}, amount = ${plan.amount}, step_grams = ${plan.steps.map(({ upToGrams }) => upToGrams)}::integer[],
      step_amounts = ${plan.steps.map(({ amount }) => amount)}::bigint[], free_from = ${plan.freeFrom}, tax_category = ${plan.taxCategory},
      countries = ${plan.countries}::text[], retired_at = ${plan.retiredAt === null ? null : instantParameter(plan.retiredAt)},
      version = ${plan.version}, changed_at = ${instantParameter(plan.changedAt)}
    where seller_id = ${plan.sellerId} and freight_plan_id = ${plan.freightPlanId}`);
  assert(updated === 1, `the locked freight plan ${plan.freightPlanId} is not there`);
}

/** A freight plan, retired ones among them. Undefined when the seller has none of this id. */
export async function findFreightPlan(
  reader: Reader,
  sellerId: SellerId,
  freightPlanId: FreightPlanId,
): Promise<KeptFreightPlan | undefined> {
  const row = await reader.find(sql<FreightPlanRow>`
    select seller_id, freight_plan_id, name, kind, currency, amount, step_grams, step_amounts, free_from, tax_category, countries,
      retired_at, version, changed_at
    from freight_plans
    where seller_id = ${sellerId} and freight_plan_id = ${freightPlanId}`);
  return row && toPlan(row);
}

/** The seller's plans from new to old, those with an id below `before`; `retired` asks for those that are or are not, null for both. */
export async function listFreightPlans(
  reader: Reader,
  sellerId: SellerId,
  { before, count }: { readonly before: string; readonly count: number },
  retired: boolean | null,
): Promise<KeptFreightPlan[]> {
  const rows = await reader.query(sql<FreightPlanRow>`
    select seller_id, freight_plan_id, name, kind, currency, amount, step_grams, step_amounts, free_from, tax_category, countries,
      retired_at, version, changed_at
    from freight_plans
    where seller_id = ${sellerId} and freight_plan_id < ${before}::uuid
      and (${retired}::boolean is null or (retired_at is not null) = ${retired}::boolean)
    order by freight_plan_id desc
    limit ${count}`);
  return rows.map(toPlan);
}

function toPlan(row: FreightPlanRow): KeptFreightPlan {
  return {
    sellerId: row.seller_id,
    freightPlanId: row.freight_plan_id,
    name: row.name,
    kind: row.kind,
    currency: currency(row.currency),
    amount: minorUnits(row.amount),
    steps: row.step_grams.map((upToGrams, index) => ({ upToGrams, amount: minorUnits(row.step_amounts[index] ?? 0n) })),
    freeFrom: row.free_from === null ? null : minorUnits(row.free_from),
    taxCategory: row.tax_category,
    countries: row.countries,
    retiredAt: row.retired_at,
    version: row.version,
    changedAt: row.changed_at,
  };
}
