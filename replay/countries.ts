/** A country by its code (ISO 3166-1 alpha-2), and whether it is of the European Union since Great Britain is not. */
export type Country = { readonly code: string; readonly inUnion: boolean };

const named = (inUnion: boolean, codes: Record<string, string>): [string, Country][] =>
  Object.entries(codes).map(([name, code]) => [name, { code, inUnion }]);

/** The countries of the Online Retail data set by the names that stand there. */
const countries: ReadonlyMap<string, Country> = new Map([
  ...named(true, {
    ...{ Austria: "AT", Belgium: "BE", Cyprus: "CY", "Czech Republic": "CZ", Denmark: "DK", EIRE: "IE", Finland: "FI", France: "FR" },
    ...{ Germany: "DE", Greece: "GR", Italy: "IT", Lithuania: "LT", Malta: "MT", Netherlands: "NL", Poland: "PL", Portugal: "PT" },
    ...{ Spain: "ES", Sweden: "SE" },
  }),
  ...named(false, {
    ...{ Australia: "AU", Bahrain: "BH", Brazil: "BR", Canada: "CA", "Hong Kong": "HK", Iceland: "IS", Israel: "IL", Japan: "JP" },
    ...{ Lebanon: "LB", Norway: "NO", RSA: "ZA", "Saudi Arabia": "SA", Singapore: "SG", Switzerland: "CH", USA: "US" },
    ...{ "United Arab Emirates": "AE", "United Kingdom": "GB" },
  }),
]);

/**
 * The country that a name of the file means. Undefined for what is none (`European Community`, `Unspecified`) or several (`Channel
 * Islands`: Jersey and Guernsey).
 */
export function countryOf(name: string): Country | undefined {
  return countries.get(name);
}

const unionCodes: ReadonlySet<string> = new Set([...countries.values()].filter(({ inUnion }) => inUnion).map(({ code }) => code));

/** Whether a country of the files is of the European Union. */
export function isInUnion(code: string): boolean {
  return unionCodes.has(code);
}
