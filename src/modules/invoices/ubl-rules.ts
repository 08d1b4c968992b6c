import { divideRoundHalfUp } from "../../kernel/money.ts";
import { isCalendarDay } from "../../kernel/working-days.ts";
import { agreesWithPrice, namesItsCountry, type UblParty, type UblTax, type UblTerms } from "./ubl-terms.ts";
import { isBlank } from "./xml.ts";

/**
 * A rule that a document would break, and what of it does: one of EN 16931 (`BR-…`) or of Peppol BIS Billing (`PEPPOL-EN16931-…`), or our own,
 * `rounding`: tax is at most one minor unit off rate × net for each tax group, two in a credit note.
 */
export type BrokenRule = { readonly rule: string; readonly detail: string };

/**
 * The rules that a document would break in UBL: those that its facts can break; what is so by the way it is written (which elements there
 * are, their order) is not asked. National rules are not among them.
 */
export function brokenRules(terms: UblTerms): BrokenRule[] {
  const broken = [...factRules(terms), ...partyRules(terms), ...lineRules(terms), ...sumRules(terms)];
  for (const tax of terms.taxes) broken.push(...taxRules(terms, tax));
  return broken;
}

type Finding = BrokenRule | false;

const breaks = (rule: string, when: boolean, detail: string): Finding => when && { rule, detail };

const found = (findings: readonly Finding[]): BrokenRule[] => findings.filter((each) => each !== false);

function factRules({ document, exponent, lines, taxes }: UblTerms): BrokenRule[] {
  const { number, issued_on, due_on, supplied_on, total, type, bank, precedes } = document;
  const days = [issued_on, due_on, supplied_on, precedes?.issued_on ?? null].filter((day) => day !== null);
  return found([
    breaks("BR-DEC-12", exponent > 2, `${document.currency} has ${exponent} decimals`),
    breaks("BR-02", isBlank(number), "no number"),
    breaks("BR-16", lines.length === 0, "no line"),
    breaks("BR-CO-18", taxes.length === 0, "no tax group"),
    breaks("BR-CO-25", type !== "credit_note" && total > 0 && due_on === null, "no day on which it is due"),
    breaks("BR-61", bank !== null && isBlank(bank.iban), "a bank without an account"),
    breaks("BR-55", precedes !== null && isBlank(precedes.number), "an invoice that is credited, without a number"),
    ...days.map((day) => breaks("PEPPOL-EN16931-F001", !isCalendarDay(day), `${day} is no day`)),
  ]);
}

function partyRules({ seller, company }: UblTerms): BrokenRule[] {
  const ofOne = (who: string, name: string, place: string, country: string, endpoint: string, one: UblParty) => [
    breaks(name, isBlank(one.party.name), `${who} has no name`),
    breaks(place, one.party.address === null, `${who} has no address`),
    breaks(country, one.party.address !== null && !/^[A-Z]{2}$/.test(one.party.address.country), `${who} has no country`),
    breaks(
      "BR-CO-09",
      one.taxNumber !== null && !namesItsCountry(one.taxNumber, one.party.address),
      `${who}'s tax number names no country`,
    ),
    breaks(endpoint, one.endpoint === null, `${who} has no electronic address: no tax number of a country that has a scheme for them`),
  ];
  const { id, registration_number } = seller.party;
  const identified = [id, registration_number, seller.taxNumber].some((each) => each !== null && !isBlank(each));
  return found([
    ...ofOne("the seller", "BR-06", "BR-08", "BR-09", "PEPPOL-EN16931-R020", seller),
    ...ofOne("the company", "BR-07", "BR-10", "BR-11", "PEPPOL-EN16931-R010", company),
    breaks("BR-CO-26", !identified, "the seller has no id, register or tax number"),
  ]);
}

function lineRules({ lines, exponent }: UblTerms): BrokenRule[] {
  return lines.flatMap((each) => {
    const { number, title, unit, quantity, unit_price } = each.line;
    return found([
      breaks("BR-25", isBlank(title), `line ${number} has no title`),
      breaks("BR-23", !/^[0-9A-Z]{1,3}$/.test(unit), `line ${number} has no unit`),
      breaks("BR-27", unit_price < 0, `line ${number} has a price below zero`),
      breaks("PEPPOL-EN16931-R121", each.baseQuantity <= 0n || quantity <= 0, `line ${number} counts no units`),
      breaks("PEPPOL-EN16931-R120", !agreesWithPrice(each, exponent), `line ${number} is not its price times its quantity`),
    ]);
  });
}

function sumRules({ document, lines, taxes }: UblTerms): BrokenRule[] {
  const net = lines.reduce((sum, { line }) => sum + BigInt(line.net), 0n);
  const tax = taxes.reduce((sum, each) => sum + each.tax, 0n);
  const others = taxes.some(({ code }) => code === "O") && taxes.some(({ code }) => code !== "O");
  return found([
    breaks("BR-CO-10", net !== BigInt(document.net), `lines of ${net}, a net of ${document.net}`),
    breaks("BR-CO-14", tax !== BigInt(document.tax), `taxes of ${tax}, a tax of ${document.tax}`),
    breaks("BR-CO-15", BigInt(document.net) + BigInt(document.tax) !== BigInt(document.total), `net and tax are not ${document.total}`),
    breaks("BR-O-11", others, "something is outside the scope of the tax, and something is not"),
    ...lines.map(({ line }) => {
      const taxed = taxes.some(({ code, ratePpm }) => code === line.tax.code && ratePpm === line.tax.rate_ppm);
      return breaks(`${family(line.tax.code)}-01`, !taxed, `line ${line.number} has no tax group`);
    }),
  ]);
}

/** The rules of a code are numbered alike: BR-S-…, BR-IC-… for K. */
function family(code: string): string {
  return `BR-${code === "K" ? "IC" : code}`;
}

const reasonsOf: ReadonlyMap<string, UblTax["code"]> = new Map([
  ["VATEX-EU-G", "G"],
  ["VATEX-EU-O", "O"],
  ["VATEX-EU-IC", "K"],
  ["VATEX-EU-AE", "AE"],
  ["VATEX-EU-D", "E"],
  ["VATEX-EU-F", "E"],
  ["VATEX-EU-I", "E"],
  ["VATEX-EU-J", "E"],
]);

function taxRules(terms: UblTerms, tax: UblTax): BrokenRule[] {
  const { document, lines, seller, company } = terms;
  const { code, ratePpm, taxable, exemptionCode, exemptionText } = tax;
  const mine = lines.filter(({ line }) => line.tax.code === code && line.tax.rate_ppm === ratePpm);
  const net = mine.reduce((sum, { line }) => sum + BigInt(line.net), 0n);
  const explained = [exemptionCode, exemptionText].some((each) => each !== null && !isBlank(each));
  const taxed = code === "S" || code === "Z";
  const needsCompany = code === "K" || code === "AE";
  const companyKnown = company.taxNumber !== null || (code === "AE" && company.party.registration_number !== null);
  const reason = exemptionCode === null ? undefined : reasonsOf.get(exemptionCode.toUpperCase());
  const rule = (number: string) => `${family(code)}-${number}`;
  return found([
    breaks(rule("02"), code !== "O" && seller.taxNumber === null, "the seller has no tax number"),
    breaks(rule("02"), needsCompany && !companyKnown, "the company has no tax number"),
    breaks(rule("05"), (code === "S") !== ratePpm > 0, `${code} at ${ratePpm} parts per million`),
    breaks(rule("08"), net !== taxable, `lines of ${net}, a tax group of ${taxable}`),
    breaks(rule("09"), code !== "S" && tax.tax !== 0n, `${code} with a tax of ${tax.tax}`),
    breaks(rule("10"), taxed === explained, taxed ? `${code} with a reason to be exempt` : `${code} without a reason`),
    breaks("PEPPOL-EN16931-P0104", reason !== undefined && reason !== code, `${exemptionCode} for ${code}`),
    breaks("BR-IC-11", code === "K" && document.supplied_on === null, "no day of delivery"),
    breaks("BR-IC-12", code === "K" && document.delivery === null, "no country of delivery"),
    ...roundingRules(terms, tax),
  ]);
}

/**
 * BR-CO-17 as its official check has it: within less than 1.00 of the currency, to two decimals; and of a rate that is 0 when rounded to
 * whole percents, tax that is 0 when rounded to whole units. Ours is narrower: one minor unit for each tax group (two of a credit note).
 */
function roundingRules({ document, exponent }: UblTerms, { ratePpm, taxable, tax, groups }: UblTax): Finding[] {
  const unit = 10n ** BigInt(exponent);
  const inHundredths = divideRoundHalfUp(taxable * BigInt(ratePpm) * 100n, unit * 1_000_000n);
  const off = (tax * 100n) / unit - inHundredths;
  const ownOff = tax - divideRoundHalfUp(taxable * BigInt(ratePpm), 1_000_000n);
  const allowed = BigInt(groups) * (document.type === "credit_note" ? 2n : 1n);
  const tiny = ratePpm < 5_000 && divideRoundHalfUp(tax, unit) !== 0n;
  return [
    breaks("BR-CO-17", off <= -100n || off >= 100n || tiny, `a tax of ${tax} on ${taxable} at ${ratePpm} parts per million`),
    breaks("rounding", ownOff < -allowed || ownOff > allowed, `a tax of ${tax} on ${taxable} at ${ratePpm} parts per million`),
  ];
}
