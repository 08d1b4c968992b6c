import type { Instant } from "../../kernel/clock.ts";
import { hasTaxBorder, inUnion } from "./customs-territory.ts";
import { exportOf, intraCommunity } from "./exemption.ts";
import type { TaxNotSupported } from "./pricing-refusals.ts";
import { compareText } from "./tax.ts";
import type { DatedRate, LineTax, Taxed, TaxTable } from "./tax.ts";

/** A tax number, the country (ISO 3166-1 alpha-2, so GR and not EL) that gave it, and when it was last found valid. */
export type TaxNumber = { readonly country: string; readonly number: string; readonly checkedAt: Instant | null };

/** A seller or company as tax sees it: the country of its address, where it is taken to be established, and its tax numbers. */
export type TaxParty = { readonly country: string; readonly taxNumbers: readonly TaxNumber[] };

/** What the tax of a line depends on; `line` is its index in the request's `lines`, `date` the day of the placing, YYYY-MM-DD. */
export type TaxFacts = {
  readonly line: number;
  readonly dispatchCountry: string;
  readonly deliveryCountry: string;
  readonly category: string;
  readonly date: string;
  readonly seller: TaxParty;
  readonly company: TaxParty;
};

type Reason = TaxNotSupported["reason"];
type Decision = Omit<LineTax, "category">;

/**
 * The tax of a line by EN 16931: the country's own rate at home (S, Z, E, AE, O), K to another member state, G across any other border.
 * A fact that law asks for and that is not there is a refusal which names it; nothing is taxed by guess.
 *
 * - The rate row of the country of dispatch says whether the category is goods (S, Z, E), services (AE) or outside the scope (O, wherever
 *   it goes: BR-O-02, without numbers). Services across a border are not supported.
 * - S, Z and E need the seller's number in the country (BR-S-02, BR-Z-02, BR-E-02); AE the company's too, checked (BR-AE-02).
 * - K needs the seller's number in the country of dispatch and a checked one of the company in another member state (BR-IC-02; Article
 *   138(1)(b) of Directive 2006/112/EC); G the seller's in the country of dispatch (BR-G-02).
 * - Where the operator could be the one who owes the tax it is refused: see `relief`.
 */
export function decideTax(table: TaxTable, facts: TaxFacts): Taxed {
  const decided = decide(table, facts);
  if (typeof decided !== "string") return { ok: true, tax: { category: facts.category, ...decided } };
  return {
    ok: false,
    refusal: {
      code: "tax-not-supported",
      line: facts.line,
      pointer: `/lines/${facts.line}/offer`,
      reason: decided,
      dispatch_country: facts.dispatchCountry,
      delivery_country: facts.deliveryCountry,
      tax_category: facts.category,
    },
  };
}

function decide(table: TaxTable, facts: TaxFacts): Decision | Reason {
  const { dispatchCountry, deliveryCountry, date, seller, company } = facts;
  const row = table(dispatchCountry, facts.category, date);
  if (row === undefined) return "no_rate";
  if (row.code === "O") return atHome(row, null, null);
  if (!hasTaxBorder(dispatchCountry) || !hasTaxBorder(deliveryCountry)) return "country_not_supported";
  const crosses = dispatchCountry !== deliveryCountry;
  if (row.code === "AE" && crosses) return "services_cross_border";
  const relieving = row.code === "AE" ? notLiable : relief(facts);
  if (relieving.liable) return "operator_liable";
  const sellerNumber = seller.taxNumbers.find(({ country }) => country === dispatchCountry)?.number;
  if (sellerNumber === undefined) return "seller_tax_number_missing";
  if (!crosses) {
    if (row.code !== "AE") return atHome(row, sellerNumber, relieving.number);
    const companyNumber = checkedNumber(company, (country) => country === deliveryCountry, deliveryCountry);
    return companyNumber.ok ? atHome(row, sellerNumber, companyNumber.number) : companyNumber.reason;
  }
  if (inUnion(dispatchCountry, date) && inUnion(deliveryCountry, date)) {
    const otherState = (country: string) => country !== dispatchCountry && inUnion(country, date);
    const companyNumber = checkedNumber(company, otherState, deliveryCountry);
    if (!companyNumber.ok) return companyNumber.reason;
    return { code: "K", ratePpm: 0, ...intraCommunity, sellerTaxNumber: sellerNumber, companyTaxNumber: companyNumber.number };
  }
  const exempt = exportOf(dispatchCountry, date);
  return { code: "G", ratePpm: 0, ...exempt, sellerTaxNumber: sellerNumber, companyTaxNumber: relieving.number };
}

// Only S has a rate above zero: BR-Z-05, BR-E-05, BR-AE-05, BR-O-05.
function atHome(row: DatedRate, sellerTaxNumber: string | null, companyTaxNumber: string | null): Decision {
  const { code, exemptionCode, exemptionText } = row;
  return { code, ratePpm: code === "S" ? row.ratePpm : 0, exemptionCode, exemptionText, sellerTaxNumber, companyTaxNumber };
}

/** Whether the operator could owe the tax; where not, the company's number on which that rests, null where it rests on none. */
type Relief = { readonly liable: true } | { readonly liable: false; readonly number: string | null };
const notLiable: Relief = { liable: false, number: null };

/**
 * The checked number of the company that keeps the operator, as an electronic interface, from being the supplier in law; null where it
 * cannot become that; liable where it could and there is no such number. It could when goods are delivered in the Union or the
 * United Kingdom and come from outside that territory, or are sold by somebody established outside it.
 *
 * - Union: Article 14a of Directive 2006/112/EC (as amended by 2017/2455 and 2019/1995): imports to, and supplies by a seller not established
 *   in the Union to, somebody who is no taxable person; and who gives no number is held to be none (Article 5d(b) of Implementing
 *   Regulation 282/2011).
 * - United Kingdom: section 5A of the Value Added Tax Act 1994, inserted by the Taxation (Post-transition Period) Act 2020, Schedule 3.
 *
 * Both spare imports above a consignment's value (EUR 150, GBP 135). It is not known at the placing what will be one consignment, so
 * these are refused too.
 */
function relief({ dispatchCountry, deliveryCountry, date, seller, company }: TaxFacts): Relief {
  const within = territoryOf(deliveryCountry, date);
  if (within === undefined || (within(dispatchCountry) && within(seller.country))) return notLiable;
  const found = checkedNumber(company, within, deliveryCountry);
  return found.ok ? { liable: false, number: found.number } : { liable: true };
}

/** The territory of one law on electronic interfaces around a country of delivery. */
function territoryOf(deliveryCountry: string, date: string): ((country: string) => boolean) | undefined {
  if (inUnion(deliveryCountry, date)) return (country) => inUnion(country, date);
  return deliveryCountry === "GB" ? (country) => country === "GB" : undefined;
}

type Found =
  | { readonly ok: true; readonly number: string }
  | { readonly ok: false; readonly reason: "company_tax_number_missing" | "company_tax_number_unchecked" };

/** The party's checked number of an eligible country: of the preferred one, else of the lowest code. */
function checkedNumber(party: TaxParty, eligible: (country: string) => boolean, preferred: string): Found {
  const known = party.taxNumbers.filter(({ country }) => eligible(country));
  if (known.length === 0) return { ok: false, reason: "company_tax_number_missing" };
  const rank = ({ country, number }: TaxNumber) => `${country === preferred ? 0 : 1} ${country} ${number}`;
  const [first] = known.filter(({ checkedAt }) => checkedAt !== null).toSorted((a, b) => compareText(rank(a), rank(b)));
  return first === undefined ? { ok: false, reason: "company_tax_number_unchecked" } : { ok: true, number: first.number };
}
