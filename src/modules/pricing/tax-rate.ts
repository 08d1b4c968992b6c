import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { TaxRateId } from "../../kernel/ids.ts";
import { isCalendarDay } from "../../kernel/working-days.ts";
import type { FieldErrors } from "./pricing-refusals.ts";
import type { DatedRate } from "./tax.ts";

/** A row of the market's table of tax rates. */
export type TaxRate = DatedRate & { readonly taxRateId: TaxRateId };

/** A rate as answers, events and audit entries show it. */
export function shownTaxRate(rate: TaxRate) {
  return {
    id: toWireId(prefixes.taxRate, rate.taxRateId),
    country: rate.country,
    category: rate.category,
    code: rate.code,
    rate_ppm: rate.ratePpm,
    exemption_code: rate.exemptionCode,
    exemption_text: rate.exemptionText,
    valid_from: rate.validFrom,
    valid_until: rate.validUntil,
  };
}

/**
 * The rate whose period a new one would meet, if there is one. A rate without an end of its own is no obstacle to one that begins later,
 * and gives way to it; so an operator can enter tomorrow's rate today. Two that begin on one day always meet. Dates are YYYY-MM-DD.
 */
export function meets(fresh: DatedRate, standing: readonly TaxRate[]): TaxRate | undefined {
  return standing.find((other) => {
    if (other.validFrom === fresh.validFrom) return true;
    const [earlier, later] = other.validFrom < fresh.validFrom ? [other, fresh] : [fresh, other];
    return earlier.validUntil !== null && later.validFrom < earlier.validUntil;
  });
}

/**
 * What is wrong with a new rate by itself: days that there are not, an end that is not after the start, a rate or an exemption that its
 * code forbids or lacks. EN 16931: only S is above zero (BR-Z-05, BR-E-05, BR-AE-05, BR-O-05); S and Z have no exemption (BR-S-10,
 * BR-Z-10), E, AE and O have at least the words of one (BR-E-10, BR-AE-10, BR-O-10).
 */
export function faultsOf(rate: DatedRate): FieldErrors {
  const { code, ratePpm, exemptionCode, exemptionText, validFrom, validUntil } = rate;
  const taxed = code === "S" || code === "Z";
  const faults = [];
  if (!isCalendarDay(validFrom)) faults.push({ pointer: "/valid_from", detail: "no day of the calendar" });
  if (validUntil !== null) faults.push(...faultsOfEnd(validFrom, validUntil));
  if (code === "S" && ratePpm === 0) faults.push({ pointer: "/rate_ppm", detail: "a standard rate is above zero; zero is code Z" });
  if (code !== "S" && ratePpm !== 0) faults.push({ pointer: "/rate_ppm", detail: `the rate of code ${code} is zero` });
  if (taxed && exemptionCode !== null) faults.push({ pointer: "/exemption_code", detail: `code ${code} is no exemption` });
  if (taxed && exemptionText !== null) faults.push({ pointer: "/exemption_text", detail: `code ${code} is no exemption` });
  if (!taxed && exemptionText === null) faults.push({ pointer: "/exemption_text", detail: `code ${code} says why no tax is charged` });
  return faults;
}

/** What is wrong with the end of a rate by itself. */
export function faultsOfEnd(validFrom: string, validUntil: string): FieldErrors {
  if (!isCalendarDay(validUntil)) return [{ pointer: "/valid_until", detail: "no day of the calendar" }];
  return validUntil > validFrom ? [] : [{ pointer: "/valid_until", detail: "not after valid_from" }];
}
