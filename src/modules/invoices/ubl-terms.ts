import { assert } from "../../kernel/assert.ts";
import { currency, exponentOf } from "../../kernel/money.ts";
import type { DocumentAddress, DocumentLine, DocumentParty, DocumentTaxGroup, TradeDocument } from "./document.ts";

/**
 * A line of a document as EN 16931 says it (BG-25): net = quantity × price / base quantity − allowance, within 0.02 of the currency. `price`
 * (for `baseQuantity` units) and `allowance` are in minor units, and so is the line's net.
 */
export type UblLine = {
  readonly line: DocumentLine;
  readonly price: bigint;
  readonly baseQuantity: bigint;
  readonly allowance: bigint;
};

/**
 * One tax of a document (BG-23): one per code and rate, where a document has one per category of goods; `groups` is of how many of those it
 * is made. `taxable` and `tax` are in minor units, `ratePpm` is parts per million.
 */
export type UblTax = {
  readonly code: DocumentTaxGroup["code"];
  readonly ratePpm: number;
  readonly taxable: bigint;
  readonly tax: bigint;
  readonly exemptionCode: string | null;
  readonly exemptionText: string | null;
  readonly groups: number;
};

/** A seller or buyer; `endpoint` is its electronic address and the scheme of that. */
export type UblParty = {
  readonly party: DocumentParty;
  readonly taxNumber: string | null;
  readonly endpoint: { readonly scheme: string; readonly address: string } | null;
};

/** A document in the terms of EN 16931: what is checked before it is written, and written if nothing is found. */
export type UblTerms = {
  readonly document: TradeDocument;
  /** Decimals of the currency. */
  readonly exponent: number;
  readonly seller: UblParty;
  readonly company: UblParty;
  readonly lines: readonly UblLine[];
  readonly taxes: readonly UblTax[];
};

/** @throws AssertionFailed for a currency that is none */
export function ublTerms(document: TradeDocument): UblTerms {
  const exponent = exponentOf(currency(document.currency));
  const taxes = taxesOf(document.tax_groups);
  // BR-O-02: what is outside the scope of the tax names no tax number; that it stands beside other taxes is refused by BR-O-11.
  const outside = taxes.length > 0 && taxes.every(({ code }) => code === "O");
  return {
    document,
    exponent,
    seller: partyOf(document.seller, outside ? null : numberOf(document, "seller_tax_number", document.seller)),
    company: partyOf(document.company, outside ? null : numberOf(document, "company_tax_number", document.company)),
    lines: document.lines.map((line) => lineOf(line, exponent)),
    taxes,
  };
}

/** Whether net and price × quantity − allowance agree as Peppol has it (R120): within 0.02 of the currency, whatever its decimals. */
export function agreesWithPrice({ line, price, baseQuantity, allowance }: UblLine, exponent: number): boolean {
  const off = (BigInt(line.net) + allowance) * baseQuantity - price * BigInt(line.quantity);
  return (off < 0n ? -off : off) * 100n <= 2n * 10n ** BigInt(exponent) * baseQuantity;
}

/**
 * The line at its agreed price. Where that would be more beside the net than is allowed (a currency without decimals, a part of a price
 * per hundred), the price is the net of all these units together.
 */
function lineOf(line: DocumentLine, exponent: number): UblLine {
  const agreed = { line, price: BigInt(line.unit_price), baseQuantity: BigInt(line.price_per), allowance: BigInt(line.discount) };
  if (agreesWithPrice(agreed, exponent)) return agreed;
  return { line, price: BigInt(line.net), baseQuantity: BigInt(line.quantity), allowance: 0n };
}

function taxesOf(groups: readonly DocumentTaxGroup[]): UblTax[] {
  return [...Map.groupBy(groups, ({ code, rate_ppm }) => `${code} ${rate_ppm}`).values()].map((same) => {
    const [first] = same;
    assert(first !== undefined, "a group of none");
    const texts = new Set(same.flatMap(({ exemption_text }) => exemption_text ?? []));
    const codes = new Set(same.map(({ exemption_code }) => exemption_code));
    return {
      code: first.code,
      ratePpm: first.rate_ppm,
      taxable: same.reduce((sum, { net }) => sum + BigInt(net), 0n),
      tax: same.reduce((sum, { tax }) => sum + BigInt(tax), 0n),
      exemptionCode: codes.size === 1 ? first.exemption_code : null,
      exemptionText: texts.size === 0 ? null : [...texts].join("; "),
      groups: same.length,
    };
  });
}

/** The number that the tax rests on, else the party's own; as it is compared, without the marks that people put into it. */
function numberOf(document: TradeDocument, member: "seller_tax_number" | "company_tax_number", party: DocumentParty): string | null {
  const [named] = document.tax_groups.flatMap((group) => group[member] ?? []);
  return plain(named ?? party.tax_number);
}

function plain(taxNumber: string | null): string | null {
  return taxNumber === null ? null : taxNumber.replace(/[\s.-]/g, "").toUpperCase();
}

/**
 * The scheme of electronic addresses (code list EAS) that is the tax number of a country, by the two letters it begins with. Sweden and
 * Norway have none: theirs are numbers of registers.
 */
const schemes: ReadonlyMap<string, string> = new Map(
  `AD 9922, AL 9923, AT 9914, BA 9924, BE 9925, BG 9926, CH 9927, CY 9928, CZ 9929, DE 9930, DK 0184, EE 9931, EL 9933, ES 9920, FI 0213,
   FR 9957, GB 9932, HR 9934, HU 9910, IE 9935, IT 0211, LI 9936, LT 9937, LU 9938, LV 9939, MC 9940, ME 9941, MK 9942, MT 9943, NL 9944,
   PL 9945, PT 9946, RO 9947, RS 9948, SI 9949, SK 9950, SM 9951, TR 9952, VA 9953`
    .split(",")
    .map((each) => [each.trim().slice(0, 2), each.trim().slice(3)] as const),
);

function partyOf(party: DocumentParty, taxNumber: string | null): UblParty {
  const address = plain(party.tax_number) ?? taxNumber;
  const scheme = address === null ? undefined : schemes.get(address.slice(0, 2));
  return { party, taxNumber, endpoint: address === null || scheme === undefined ? null : { scheme, address } };
}

/** Whether a tax number begins with the country that gave it (BR-CO-09): one that has a scheme, or that of the address. */
export function namesItsCountry(taxNumber: string, address: DocumentAddress | null): boolean {
  const country = taxNumber.slice(0, 2);
  return /^[A-Z]{2}[0-9A-Z]/.test(taxNumber) && (schemes.has(country) || country === "XI" || country === address?.country);
}
