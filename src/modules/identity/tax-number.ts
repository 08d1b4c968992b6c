import type { Instant } from "../../kernel/clock.ts";
import { toRfc3339 } from "../../kernel/clock.ts";

/** An organisation's tax number of a country that is not its own; that one stands with the seller or company itself. */
export type TaxNumber = {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly number: string;
  /** When the operator checked it, and by what; null until then. */
  readonly checkedAt: Instant | null;
  readonly evidence: string | null;
};

/** A tax number as it is read. */
export function shownTaxNumber({ country, number, checkedAt }: TaxNumber) {
  return { country, number, checked_at: checkedAt === null ? null : toRfc3339(checkedAt) };
}
