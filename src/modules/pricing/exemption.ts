import { inUnion } from "./customs-territory.ts";

/**
 * Why no tax is charged, as EN 16931 has it: the code of its list VATEX (BT-121) and the words that stand on the invoice (BT-120,
 * Article 226(11) of Directive 2006/112/EC).
 */
export type Exemption = { readonly exemptionCode: string; readonly exemptionText: string };

/** Goods to another member state (category K), Article 138(1) of Directive 2006/112/EC. */
export const intraCommunity: Exemption = {
  exemptionCode: "VATEX-EU-IC",
  exemptionText: "Intra-Community supply, exempt under Article 138(1) of Directive 2006/112/EC",
};

/**
 * Goods that leave the country of dispatch for another customs territory (category G), on a day (YYYY-MM-DD). The Directive is named only
 * where it is the law; the code is the one that EN 16931 has for an export, BR-G-10, whatever the country.
 */
export function exportOf(dispatchCountry: string, date: string): Exemption {
  const law = inUnion(dispatchCountry, date) ? ", exempt under Article 146(1) of Directive 2006/112/EC" : "";
  return { exemptionCode: "VATEX-EU-G", exemptionText: `Export of goods${law}` };
}
