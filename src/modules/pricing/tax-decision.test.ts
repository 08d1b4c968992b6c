import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instant } from "../../kernel/clock.ts";
import { decideTax, inUnion, taxTable } from "./index.ts";
import type { DatedRate, TaxFacts, TaxNumber, TaxParty } from "./index.ts";

const seed = 20_261_122;
const day = "2026-05-01";
const checked = (country: string, number = `${country}-checked`): TaxNumber => ({ country, number, checkedAt: instant(0) });
const unchecked = (country: string): TaxNumber => ({ country, number: `${country}-unchecked`, checkedAt: null });
const party = (country: string, ...taxNumbers: TaxNumber[]): TaxParty => ({ country, taxNumbers });

const countries = ["DE", "FR", "AT", "GR", "GB", "US", "CN", "CH", "AX", "MC", "IM", "LI", "XI", "EL", "ZZ"];
const exempt = { exemptionCode: "VATEX-EU-132-1I", exemptionText: "Exempt: education" };
const reverse = { exemptionCode: "VATEX-EU-AE", exemptionText: "Reverse charge" };
const outside = { exemptionCode: "VATEX-EU-O", exemptionText: "Outside the scope" };
const rates: DatedRate[] = countries.flatMap((country) => {
  const row = { country, ratePpm: 0, exemptionCode: null, exemptionText: null, validFrom: "1990-01-01", validUntil: null };
  return [
    { ...row, category: "goods", code: "S", ratePpm: 190_000 },
    { ...row, category: "zero", code: "Z" },
    { ...row, category: "books", code: "E", ...exempt },
    { ...row, category: "cleaning", code: "AE", ...reverse },
    { ...row, category: "deposit", code: "O", ...outside },
  ] as const;
});
const table = taxTable(rates);

function decided(dispatchCountry: string, deliveryCountry: string, facts: Partial<TaxFacts> = {}) {
  const base = { line: 0, category: "goods", date: day, seller: party("DE", unchecked("DE")), company: party("FR", checked("FR")) };
  const taxed = decideTax(table, { ...base, dispatchCountry, deliveryCountry, ...facts });
  return taxed.ok ? taxed.tax : taxed.refusal.reason;
}

describe("Tax at home", () => {
  const company = party("DE");

  it("is the country's rate for the category, with the seller's number there", () => {
    expect(["goods", "zero", "books"].map((category) => decided("DE", "DE", { category, company }))).toEqual([
      { category: "goods", code: "S", ratePpm: 190_000, exemptionCode: null, exemptionText: null, ...numbers("DE-unchecked", null) },
      { category: "zero", code: "Z", ratePpm: 0, exemptionCode: null, exemptionText: null, ...numbers("DE-unchecked", null) },
      { category: "books", code: "E", ratePpm: 0, ...exempt, ...numbers("DE-unchecked", null) },
    ]);
  });

  it("is refused for a seller without a number there", () => {
    for (const category of ["goods", "zero", "books", "cleaning"]) {
      expect(decided("DE", "DE", { category, company, seller: party("DE", unchecked("FR")) })).toBe("seller_tax_number_missing");
    }
  });

  it("is reverse charge for services, if the company has a checked number in the country", () => {
    const cleaning = (...taxNumbers: TaxNumber[]) => decided("DE", "DE", { category: "cleaning", company: party("DE", ...taxNumbers) });

    expect(cleaning(checked("DE"))).toEqual({
      category: "cleaning",
      code: "AE",
      ratePpm: 0,
      ...reverse,
      ...numbers("DE-unchecked", "DE-checked"),
    });
    expect([cleaning(), cleaning(checked("FR")), cleaning(unchecked("DE"))]).toEqual([
      "company_tax_number_missing",
      "company_tax_number_missing",
      "company_tax_number_unchecked",
    ]);
  });

  it("of services never makes the operator liable, whose law is about goods", () => {
    const foreign = { category: "cleaning", seller: party("CN", checked("DE")) };

    expect(decided("DE", "DE", { ...foreign, company })).toBe("company_tax_number_missing");
    expect(decided("DE", "DE", { ...foreign, category: "goods", company })).toBe("operator_liable");
  });

  it("needs no numbers outside the scope, carries none, and stays so across a border", () => {
    const seller = party("DE", checked("DE"));
    const expected = { category: "deposit", code: "O", ratePpm: 0, ...outside, ...numbers(null, null) };

    expect(decided("DE", "DE", { category: "deposit", seller: party("DE") })).toEqual(expected);
    for (const delivery of countries) expect(decided("DE", delivery, { category: "deposit", seller })).toEqual(expected);
  });

  it("is refused without a row for country, category and day", () => {
    expect([decided("BR", "BR"), decided("DE", "DE", { category: "tea" }), decided("DE", "DE", { date: "1989-12-31" })]).toEqual([
      "no_rate",
      "no_rate",
      "no_rate",
    ]);
  });
});

describe("Goods to another member state", () => {
  it("are K at 0 with both numbers and their exemption", () => {
    expect(decided("DE", "FR")).toEqual({
      category: "goods",
      code: "K",
      ratePpm: 0,
      exemptionCode: "VATEX-EU-IC",
      exemptionText: "Intra-Community supply, exempt under Article 138(1) of Directive 2006/112/EC",
      ...numbers("DE-unchecked", "FR-checked"),
    });
  });

  it("rest on the company's number of the delivery country, else on that of the lowest code", () => {
    const of = (...taxNumbers: TaxNumber[]) => decided("DE", "FR", { company: party("FR", ...taxNumbers) });

    expect(of(checked("AT"), checked("FR"))).toMatchObject({ companyTaxNumber: "FR-checked" });
    expect(of(checked("SE"), checked("AT"), unchecked("FR"))).toMatchObject({ companyTaxNumber: "AT-checked" });
  });

  it.each([
    ["the seller's number in the country of dispatch", { seller: party("DE", checked("FR")) }, "seller_tax_number_missing"],
    ["a number of the company", { company: party("FR") }, "company_tax_number_missing"],
    ["a number of the company beside that of the dispatch country", { company: party("FR", checked("DE")) }, "company_tax_number_missing"],
    ["a number of the company in a member state", { company: party("FR", checked("GB"), checked("CH")) }, "company_tax_number_missing"],
    ["a check of the company's number", { company: party("FR", checked("DE"), unchecked("FR")) }, "company_tax_number_unchecked"],
  ])("are refused without %s", (_what, facts, reason) => {
    expect(decided("DE", "FR", facts)).toBe(reason);
  });

  it("went to the United Kingdom until the end of 2020, and are exported to it since", () => {
    const company = party("GB", checked("GB"));

    expect(decided("DE", "GB", { company, date: "2020-12-31" })).toMatchObject({ code: "K", companyTaxNumber: "GB-checked" });
    expect(decided("DE", "GB", { company, date: "2021-01-01" })).toMatchObject({ code: "G", companyTaxNumber: "GB-checked" });
  });
});

describe("Goods that leave the customs territory", () => {
  it("are G at 0 with the seller's number where they are dispatched", () => {
    expect(decided("DE", "US", { company: party("US") })).toEqual({
      category: "goods",
      code: "G",
      ratePpm: 0,
      exemptionCode: "VATEX-EU-G",
      exemptionText: "Export of goods, exempt under Article 146(1) of Directive 2006/112/EC",
      ...numbers("DE-unchecked", null),
    });
    expect(decided("DE", "US", { seller: party("DE", checked("FR")) })).toBe("seller_tax_number_missing");
  });

  it("are exported between any two other countries too, without a word of the Union's law", () => {
    const american = { seller: party("US", checked("US")), company: party("CN") };

    expect(decided("US", "CN", american)).toMatchObject({ code: "G", exemptionText: "Export of goods" });
    expect(decided("CH", "FR", { seller: party("CH", checked("CH")) })).toMatchObject({ code: "G", companyTaxNumber: "FR-checked" });
  });

  it("go to a territory with a code of its own that the Directive leaves out", () => {
    expect(decided("DE", "AX", { company: party("AX") })).toMatchObject({ code: "G" });
  });
});

describe("Tax is refused", () => {
  it("for services across a border", () => {
    expect(["FR", "US", "GB"].map((delivery) => decided("DE", delivery, { category: "cleaning" }))).toEqual(
      Array.from({ length: 3 }, () => "services_cross_border"),
    );
  });

  it.each([
    ["imports into the Union", "CH", "FR", "FR", "CH"],
    ["imports by a seller established in the Union", "CH", "FR", "FR", "DE"],
    ["imports into the United Kingdom", "DE", "GB", "FR", "DE"],
    ["stock in the Union of a seller established outside it", "DE", "DE", "FR", "CN"],
    ["goods between member states from such a seller", "DE", "FR", "GB", "US"],
    ["stock in the United Kingdom of a seller established outside it", "GB", "GB", "FR", "CN"],
  ])(
    "where the operator could owe it, without a checked number of the buyer's: %s",
    (_what, dispatch, delivery, elsewhere, sellerCountry) => {
      const seller = party(sellerCountry, checked(dispatch));
      // A number counts in any member state for the Union, in the United Kingdom for that alone.
      const beside = inUnion(delivery, day) ? checked("GB") : checked(elsewhere);
      const of = (...taxNumbers: TaxNumber[]) => decided(dispatch, delivery, { seller, company: party(delivery, ...taxNumbers) });

      expect([of(), of(unchecked(delivery)), of(beside)]).toEqual(Array.from({ length: 3 }, () => "operator_liable"));
      expect(of(checked(delivery))).toMatchObject({ sellerTaxNumber: `${dispatch}-checked`, companyTaxNumber: `${delivery}-checked` });
    },
  );

  it("not for that reason where seller and goods are inside, or delivery is elsewhere", () => {
    const company = party("FR");

    expect(decided("DE", "DE", { company })).toMatchObject({ code: "S" });
    expect(decided("DE", "DE", { company, seller: party("FR", checked("DE")) })).toMatchObject({ code: "S" });
    expect(decided("US", "CN", { company, seller: party("DE", checked("US")) })).toMatchObject({ code: "G" });
  });

  it("for codes that are no country's, or whose territory the law counts to another country", () => {
    for (const country of ["MC", "IM", "LI", "XI", "EL", "ZZ"]) {
      const seller = party("DE", checked("DE"), checked(country));
      const company = party("FR", checked("FR"), checked(country));
      const reasons = [
        decided("DE", country, { seller, company }),
        decided(country, "FR", { seller, company }),
        decided(country, country, { seller, company }),
      ];
      expect(reasons).toEqual(Array.from({ length: 3 }, () => "country_not_supported"));
    }
  });

  it("with the line, what it points at, both countries and the category", () => {
    const facts = {
      line: 7,
      dispatchCountry: "DE",
      deliveryCountry: "FR",
      category: "goods",
      date: day,
      seller: party("DE"),
      company: party("FR"),
    };

    expect(decideTax(table, facts)).toEqual({
      ok: false,
      refusal: {
        code: "tax-not-supported",
        line: 7,
        pointer: "/lines/7/offer",
        reason: "seller_tax_number_missing",
        dispatch_country: "DE",
        delivery_country: "FR",
        tax_category: "goods",
      },
    });
  });
});

describe("The decision", () => {
  const country = fc.constantFrom(...countries, "BR");
  const number = fc.record({ country, checkedAt: fc.constantFrom(null, instant(0)) });
  const parties = fc.record({
    country,
    taxNumbers: fc
      .uniqueArray(number, { selector: (each) => each.country, maxLength: 4 })
      .map((numbersOfParty) => numbersOfParty.map((each) => ({ ...each, number: `${each.country}${each.checkedAt ?? "?"}` }))),
  });
  const anyFacts: fc.Arbitrary<TaxFacts> = fc.record({
    line: fc.constant(0),
    dispatchCountry: country,
    deliveryCountry: country,
    category: fc.constantFrom("goods", "zero", "books", "cleaning", "deposit", "tea"),
    date: fc.constantFrom("1989-12-31", "2020-12-31", "2021-01-01", day),
    seller: parties,
    company: parties,
  });
  const reasons = new Set([
    "no_rate",
    "country_not_supported",
    "services_cross_border",
    "operator_liable",
    "seller_tax_number_missing",
    "company_tax_number_missing",
    "company_tax_number_unchecked",
  ]);
  const numberOf = (of: TaxParty, from: (each: TaxNumber) => boolean, found: string | null) =>
    of.taxNumbers.some((each) => each.number === found && from(each));

  /** Whether what was decided has every fact that EN 16931 and the law ask for, stated apart from how it is decided. */
  function holds(facts: TaxFacts): boolean {
    const taxed = decideTax(table, facts);
    if (!taxed.ok) return reasons.has(taxed.refusal.reason);
    const { code, ratePpm, exemptionCode, exemptionText, sellerTaxNumber, companyTaxNumber } = taxed.tax;
    const { dispatchCountry, deliveryCountry, date, seller, company } = facts;
    const inBoth = inUnion(dispatchCountry, date) && inUnion(deliveryCountry, date);
    const crosses = dispatchCountry !== deliveryCountry;
    const sellerHas = numberOf(seller, (each) => each.country === dispatchCountry, sellerTaxNumber);
    const companyHas = (from: (each: TaxNumber) => boolean) =>
      numberOf(company, (each) => each.checkedAt !== null && from(each), companyTaxNumber);
    if ((code === "S") !== ratePpm > 0) return false;
    if ((code === "S" || code === "Z") !== (exemptionCode === null && exemptionText === null)) return false;
    if (code === "O") return sellerTaxNumber === null && companyTaxNumber === null;
    if (!sellerHas) return false;
    if (code === "K") return inBoth && crosses && companyHas((each) => each.country !== dispatchCountry && inUnion(each.country, date));
    if (code === "AE") return !crosses && companyHas((each) => each.country === dispatchCountry);
    return code === "G" ? crosses && !inBoth : !crosses;
  }

  it("is a tax with every fact it needs or a named reason, whatever the countries and numbers; only S bears a rate", () => {
    fc.assert(fc.property(anyFacts, holds), { seed, numRuns: 20_000 });
  });

  it("comes to every code and every reason in these cases, so the property above sees them all", () => {
    const seen = fc.sample(anyFacts, { seed, numRuns: 20_000 }).map((facts) => {
      const taxed = decideTax(table, facts);
      return taxed.ok ? taxed.tax.code : taxed.refusal.reason;
    });

    expect([...new Set(seen)].toSorted()).toEqual(["S", "Z", "E", "AE", "K", "G", "O", ...reasons].toSorted());
  });

  it("does not depend on the order of the numbers", () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const turned = (of: TaxParty) => ({ ...of, taxNumbers: of.taxNumbers.toReversed() });
        expect(decideTax(table, { ...facts, seller: turned(facts.seller), company: turned(facts.company) })).toEqual(
          decideTax(table, facts),
        );
      }),
      { seed, numRuns: 2_000 },
    );
  });
});

describe("The Union", () => {
  const all = Array.from({ length: 26 * 26 }, (_, index) => String.fromCharCode(65 + Math.floor(index / 26), 65 + (index % 26)));
  const membersOn = (date: string) => all.filter((country) => inUnion(country, date)).length;

  it("has as many members as the treaties of accession make, from the day on which each is in force", () => {
    const days = [
      "1957-12-31",
      "1958-01-01",
      "1973-01-01",
      "1981-01-01",
      "1986-01-01",
      "1995-01-01",
      "2004-05-01",
      "2007-01-01",
      "2013-07-01",
    ];

    expect(days.map(membersOn)).toEqual([0, 6, 9, 10, 12, 15, 25, 27, 28]);
    expect([membersOn("2004-04-30"), membersOn("2020-12-31"), membersOn("2021-01-01"), membersOn(day)]).toEqual([15, 28, 27, 27]);
  });
});

function numbers(sellerTaxNumber: string | null, companyTaxNumber: string | null) {
  return { sellerTaxNumber, companyTaxNumber };
}
