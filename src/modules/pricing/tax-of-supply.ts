import type { DatedRate, TaxCode, TaxTable } from "./tax.ts";

/** A tax group of an order whose goods are about to be supplied: the tax that it was frozen with, and where they leave from. */
export type SuppliedGroup = {
  readonly dispatchCountry: string;
  readonly category: string;
  readonly code: TaxCode;
  readonly ratePpm: number;
};

/** A rate that an amendment can lead to. */
export type RateOfSupply = Pick<DatedRate, "ratePpm" | "exemptionCode" | "exemptionText"> & { readonly code: AmendedCode };

/** The codes that rest on a rate of the table alone. */
export type AmendedCode = "S" | "Z" | "E";

export type TaxOfSupply =
  | { readonly kind: "same" }
  | { readonly kind: "amended"; readonly rate: RateOfSupply }
  | { readonly kind: "unknown" };

/**
 * What the law says of a frozen group on the day of supply (YYYY-MM-DD, in the seller's time zone; Articles 63 and 93 of Directive
 * 2006/112/EC: the rate is that of the chargeable event).
 *
 * - K and G rest on where goods go, not on a rate: they stay.
 * - S, Z and E stay while the rate that holds on the day has the same code and rate, and else become that one.
 * - A day without a rate, or with one of a code that rests on more than a rate (AE, O), decides nothing: unknown. So does any other code
 *   in the place of AE or O. Nothing is taxed by guess.
 */
export function taxOfSupply(table: TaxTable, { dispatchCountry, category, code, ratePpm }: SuppliedGroup, day: string): TaxOfSupply {
  if (code === "K" || code === "G") return { kind: "same" };
  const row = table(dispatchCountry, category, day);
  if (row === undefined) return { kind: "unknown" };
  // Only S has a rate above zero, whatever the row says beside its code.
  const rate = row.code === "S" ? row.ratePpm : 0;
  if (row.code === code && rate === ratePpm) return { kind: "same" };
  if (!isAmended(code) || !isAmended(row.code)) return { kind: "unknown" };
  return { kind: "amended", rate: { code: row.code, ratePpm: rate, exemptionCode: row.exemptionCode, exemptionText: row.exemptionText } };
}

function isAmended(code: TaxCode): code is AmendedCode {
  return code === "S" || code === "Z" || code === "E";
}
