import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { TaxRateId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import { localDay } from "../../kernel/working-days.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { record } from "./actor.ts";
import type { Actor } from "../../kernel/actor.ts";
import type { FieldErrors, NotFound, TaxRateEnded, TaxRateExists, TermsInvalid } from "./pricing-refusals.ts";
import type { DatedRate } from "./tax.ts";
import { faultsOf, faultsOfEnd, meets, shownTaxRate } from "./tax-rate.ts";
import type { TaxRate } from "./tax-rate.ts";
import { findTaxRate, insertTaxRate, lockTaxRatesOf, ratesOf, updateEnd } from "./tax-rate-store.ts";

/**
 * Enters a rate into the market's table. It counts for what is placed from its commit on; what was placed is frozen. One that begins
 * later than a rate without an end takes over from that on its first day.
 *
 * @throws Refused request-invalid for fields that do not fit together; tax-rate-exists when its period meets another one's
 */
export async function addTaxRate(tx: Transaction, actor: Actor, facts: DatedRate): Promise<TaxRate> {
  refuseFaults(faultsOf(facts));
  await lockTaxRatesOf(tx, facts.country, facts.category);
  refuseMet(facts, await ratesOf(tx, facts.country, facts.category));
  const rate: TaxRate = { taxRateId: actor.newId<TaxRateId>(actor.now), ...facts };
  const shown = shownTaxRate(rate);
  await insertTaxRate(tx, rate);
  const subject = { subjectType: "taxRate", subjectId: rate.taxRateId, version: 1 } as const;
  await record(tx, actor, { type: "tax_rate.created", ...subject, told: shown, after: shown }, []);
  return rate;
}

/**
 * Gives a rate that has no end the day on which it holds no more: today at the earliest, because what was placed was placed by it. What is
 * placed after that, and before another rate begins, is refused. Days are those of UTC.
 *
 * @throws Refused not-found; tax-rate-ended; request-invalid for a day that is past, or not after the rate's first; tax-rate-exists when
 * another rate begins before that day
 */
export async function endTaxRate(tx: Transaction, actor: Actor, taxRateId: TaxRateId, validUntil: string): Promise<TaxRate> {
  const found = await findTaxRate(tx, taxRateId);
  if (found === undefined) throw new Refused<NotFound>({ code: "not-found" });
  const { country, category } = found;
  await lockTaxRatesOf(tx, country, category);
  const rates = await ratesOf(tx, country, category);
  const before = rates.find((rate) => rate.taxRateId === taxRateId) ?? found;
  if (before.validUntil !== null) throw new Refused<TaxRateEnded>({ code: "tax-rate-ended", valid_until: before.validUntil });
  const isPast = validUntil < localDay(actor.now, "UTC");
  const past = isPast ? [{ pointer: "/valid_until", detail: "is in the past" }] : [];
  refuseFaults([...faultsOfEnd(before.validFrom, validUntil), ...past]);
  const after: TaxRate = { ...before, validUntil };
  refuseMet(
    after,
    rates.filter((rate) => rate !== before),
  );
  await updateEnd(tx, taxRateId, validUntil);
  const [was, is] = [shownTaxRate(before), shownTaxRate(after)];
  const subject = { subjectType: "taxRate", subjectId: taxRateId, version: 2 } as const;
  await record(tx, actor, { type: "tax_rate.ended", ...subject, told: is, before: was, after: is }, []);
  return after;
}

function refuseFaults(errors: FieldErrors): void {
  if (errors.length > 0) throw new Refused<TermsInvalid>({ code: "request-invalid", errors });
}

function refuseMet(rate: DatedRate, others: readonly TaxRate[]): void {
  const met = meets(rate, others);
  if (met === undefined) return;
  const period = { valid_from: met.validFrom, valid_until: met.validUntil };
  throw new Refused<TaxRateExists>({ code: "tax-rate-exists", tax_rate: toWireId(prefixes.taxRate, met.taxRateId), ...period });
}
