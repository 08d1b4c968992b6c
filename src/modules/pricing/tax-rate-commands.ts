import type { Instant } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { ApiKeyId, AuditId, EventId, IdSource, TaxRateId, Uuid } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import { appendAudit } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import type { TaxRateExists, TaxRateInvalid } from "./pricing-refusals.ts";
import type { DatedRate } from "./tax.ts";
import { faultsOf, meets, shownTaxRate } from "./tax-rate.ts";
import type { TaxRate } from "./tax-rate.ts";
import { insertTaxRate, lockTaxRatesOf, ratesOf } from "./tax-rate-store.ts";

/** The operator's member who acts, and the request by which. */
export type OperatorActor = {
  readonly principal: { readonly organisationId: Uuid; readonly keyId: ApiKeyId };
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly idempotencyId: Uuid;
  readonly now: Instant;
  readonly newId: IdSource;
};

/**
 * Enters a rate into the market's table. It counts for what is placed from its commit on; what was placed is frozen. One that begins
 * later than a rate without an end takes over from that on its first day.
 *
 * @throws Refused request-invalid for fields that do not fit together; tax-rate-exists when its period meets another one's
 */
export async function addTaxRate(tx: Transaction, actor: OperatorActor, facts: DatedRate): Promise<TaxRate> {
  const { principal, requestId, traceparent, idempotencyId, now, newId } = actor;
  const faults = faultsOf(facts);
  if (faults.length > 0) throw new Refused<TaxRateInvalid>({ code: "request-invalid", errors: faults });
  await lockTaxRatesOf(tx, facts.country, facts.category);
  const met = meets(facts, await ratesOf(tx, facts.country, facts.category));
  if (met !== undefined) {
    const period = { valid_from: met.validFrom, valid_until: met.validUntil };
    throw new Refused<TaxRateExists>({ code: "tax-rate-exists", tax_rate: toWireId(prefixes.taxRate, met.taxRateId), ...period });
  }
  const rate: TaxRate = { taxRateId: newId<TaxRateId>(now), ...facts };
  const data = shownTaxRate(rate);
  await insertTaxRate(tx, rate);
  await appendEvents(tx, [
    {
      eventId: newId<EventId>(now),
      organisationId: principal.organisationId,
      subjectId: rate.taxRateId,
      subjectType: "taxRate",
      subjectVersion: 1,
      type: "tax_rate.created",
      occurredAt: now,
      requestId,
      ...(traceparent === undefined ? {} : { traceparent }),
      data,
      audiences: [],
    },
  ]);
  await appendAudit(tx, [
    {
      auditId: newId<AuditId>(now),
      at: now,
      organisationId: principal.organisationId,
      principalId: principal.keyId,
      action: "tax_rate.created",
      subjectType: "taxRate",
      subjectId: rate.taxRateId,
      after: data,
      requestId,
      idempotencyId,
    },
  ]);
  return rate;
}
