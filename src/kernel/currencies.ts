import { assert } from "./assert.ts";

declare const currencyBrand: unique symbol;

/** An ISO 4217 code that has a minor unit. `Currency<"EUR">` is a `Currency`; a `Currency<"USD">` is not a `Currency<"EUR">`. */
export type Currency<Code extends string = string> = Code & { readonly [currencyBrand]: true };

/**
 * ISO 4217 list one (SIX Group, maintenance agency: "Current currency & funds", list-one.xml) up to amendment 180, in force from
 * 1 January 2026: all codes with a minor unit, by its exponent. Codes without one (XAU, XDR, XTS, XXX and the like: minor unit "N.A.")
 * cannot hold an amount here. `Intl` is no source for this: it follows custom, and gives 0 for ALL, COP or HUF, where ISO says 2.
 */
const codesByExponent: readonly (readonly [exponent: number, codes: string])[] = [
  [0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"],
  [
    2,
    `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE
     CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK
     LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
     RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST
     XAD XCD XCG YER ZAR ZMW ZWG`,
  ],
  [3, "BHD IQD JOD KWD LYD OMR TND"],
  [4, "CLF UYW"],
];

const exponents: ReadonlyMap<string, number> = new Map(
  codesByExponent.flatMap(([exponent, codes]) => codes.split(/\s+/).map((code) => [code, exponent] as const)),
);

/** For a code that was checked before. @throws AssertionFailed unless ISO 4217 lists it with a minor unit */
export function currency<const Code extends string>(code: Code): Currency<Code> {
  assert(exponents.has(code), `not a currency: ${code}`);
  return code as Currency<Code>;
}

/** For a code from outside: undefined unless ISO 4217 lists it with a minor unit. Upper case only. */
export function parseCurrency(text: string): Currency | undefined {
  return exponents.has(text) ? (text as Currency) : undefined;
}

/** How many decimals the minor unit stands for: EUR 2, JPY 0, KWD 3. */
export function exponentOf(of: Currency): number {
  const exponent = exponents.get(of);
  assert(exponent !== undefined, `not a currency: ${of}`);
  return exponent;
}

/** Every currency, in the order of its code: what a generator or a test goes through. */
export function currencies(): readonly Currency[] {
  return [...exponents.keys()].toSorted() as Currency[];
}
