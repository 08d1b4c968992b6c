import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { TaxRateId } from "../../kernel/ids.ts";
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

const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a text of the form YYYY-MM-DD names a day of the Gregorian calendar, from the year 1 on. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split("-").map(Number);
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return year >= 1 && day >= 1 && day <= (daysOfMonth[month - 1] ?? 0) + (leap ? 1 : 0);
}

/** What is wrong with a new rate by itself: days that there are not, an end that is not after the start, a rate that its code forbids. */
export function faultsOf(rate: DatedRate): { readonly pointer: string; readonly detail: string }[] {
  const { code, ratePpm, validFrom, validUntil } = rate;
  const faults = [];
  if (!isDay(validFrom)) faults.push({ pointer: "/valid_from", detail: "no day of the calendar" });
  if (validUntil !== null && !isDay(validUntil)) faults.push({ pointer: "/valid_until", detail: "no day of the calendar" });
  if (validUntil !== null && validUntil <= validFrom) faults.push({ pointer: "/valid_until", detail: "not after valid_from" });
  if (code === "S" && ratePpm === 0) faults.push({ pointer: "/rate_ppm", detail: "a standard rate is above zero; zero is code Z" });
  if (code === "Z" && ratePpm !== 0) faults.push({ pointer: "/rate_ppm", detail: "the rate of code Z is zero" });
  return faults;
}
