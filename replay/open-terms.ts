import { createHash } from "node:crypto";
import { expectStatus, textAt } from "./api.ts";
import { type BankAccount, ibanOf } from "./bank-statement.ts";
import { type CommissionPlan, commonPlan, planOf, riskOf } from "./commission.ts";
import type { History } from "./history.ts";
import { inParallel } from "./in-parallel.ts";
import { type Means, type OpenedSeller, setupWidth } from "./market.ts";
import { startProgress } from "./progress.ts";

/** What commission is taxed at where the operator is of the sellers' country: Brazil's highest tax on services, and Great Britain's VAT. */
const commissionTaxes: Readonly<Record<History["name"], { readonly ratePpm: number; readonly validFrom: string }>> = {
  olist: { ratePpm: 50_000, validFrom: "2003-08-01" },
  "online-retail": { ratePpm: 200_000, validFrom: "2011-01-04" },
};

/** The rate of the tax on commission, parts per million. */
export function commissionTaxOf({ name }: Pick<History, "name">): bigint {
  return BigInt(commissionTaxes[name].ratePpm);
}

/**
 * Says who the operator is: of the sellers' country, so that its commission bears tax, with an account of this run's own.
 *
 * @returns where companies pay
 */
export async function introduceOperator(history: History, { api, operatorKey, run }: Means): Promise<BankAccount> {
  const { country, currency, name } = history;
  const path = "/v1/operator/profile";
  const standing = await api.get(operatorKey, path);
  const is = standing.status === 200;
  const number = createHash("sha256").update(`${run}${name}`).digest("hex").slice(0, 18).toUpperCase();
  const iban = ibanOf(country, number);
  const profile = {
    ...{ name: "Replay Marketplace", address: { street: "Replay 1", city: "Replay", postal_code: "00000", country } },
    ...{ tax_number: `${country}123456789`, iban, account_holder: "Replay Marketplace", time_zone: "UTC" },
    // Once numbers were given out the prefix stays.
    series_prefix: is ? textAt(standing.body, "series_prefix") : "REPLAY",
  };
  expectStatus(await api.put(operatorKey, path, `${run}operator-${name}`, profile), 200);
  const { ratePpm, validFrom } = commissionTaxes[name];
  const rate = { country, category: "standard", code: "S", rate_ppm: ratePpm, valid_from: validFrom };
  const taxed = await api.write(operatorKey, "/v1/operator/tax-rates", `${run}commission-tax-${name}`, rate);
  if (taxed.body["code"] !== "tax-rate-exists") expectStatus(taxed, 201);
  return { iban, currency };
}

/** Agrees with the sellers what commission they pay and who bears it when a company does not pay. It counts for what is placed from now on. */
export async function agreeTerms(history: History, sellers: ReadonlyMap<string, OpenedSeller>, means: Means): Promise<void> {
  const { api, operatorKey, run } = means;
  const everybody = await api.write(
    ...([operatorKey, "/v1/operator/commission-plans", `${run}plan-${history.name}`] as const),
    planBody(commonPlan, history),
  );
  if (everybody.body["code"] !== "commission-plan-exists") expectStatus(everybody, 201);
  const progress = startProgress(`${history.name}: terms of sellers`, sellers.size);
  await inParallel([...sellers], setupWidth, async ([name, { id }]) => {
    if (planOf(name) !== commonPlan) {
      const own = { ...planBody(planOf(name), history), seller: id };
      expectStatus(await api.write(operatorKey, "/v1/operator/commission-plans", `${run}plan-${id}`, own), 201);
    }
    if (riskOf(name) === "operator") {
      const contract = { credit_risk: "operator" };
      expectStatus(await api.put(operatorKey, `/v1/operator/sellers/${id}/contract`, `${run}contract-${id}`, contract), 200);
    }
    progress.tick();
  });
  progress.end();
}

function planBody({ name, steps, onFreight }: CommissionPlan, { name: history, currency }: History) {
  const money = (amount: bigint) => ({ amount: Number(amount), currency });
  return {
    ...{ name, currency, on_freight: onFreight, returned_on_write_off: false, valid_from: commissionTaxes[history].validFrom },
    steps: steps.map(({ from, ratePpm, fixed }) => ({ from: money(from), rate_ppm: ratePpm, fixed: money(fixed) })),
  };
}
