const since = (from: string, countries: string): [string, string][] => countries.split(" ").map((country) => [country, from]);

/**
 * The day (YYYY-MM-DD) from which a country's territory is the Union's: the Treaty of Rome (in force 1958-01-01) and the treaties of
 * accession of 1972, 1979, 1985, 1994, 2003, 2005 and 2011, each in force on the day that stands here.
 */
const memberSince: ReadonlyMap<string, string> = new Map([
  ...since("1958-01-01", "BE DE FR IT LU NL"),
  ...since("1973-01-01", "DK GB IE"),
  ...since("1981-01-01", "GR"),
  ...since("1986-01-01", "ES PT"),
  ...since("1995-01-01", "AT FI SE"),
  ...since("2004-05-01", "CY CZ EE HU LT LV MT PL SI SK"),
  ...since("2007-01-01", "BG RO"),
  ...since("2013-07-01", "HR"),
]);

/** The first day on which it is no longer: the end of the transition period, Article 126 of the Withdrawal Agreement (OJ L 29, 31.1.2020). */
const memberUntil: ReadonlyMap<string, string> = new Map([["GB", "2021-01-01"]]);

/**
 * Whether a country (ISO 3166-1 alpha-2) is in the tax and customs territory of the European Union on a day (YYYY-MM-DD), by Articles 5
 * and 6 of Directive 2006/112/EC. Territories with a code of their own that the Directive leaves out (AX, GP, MQ …) are not in it; those
 * that share the code of their country (the Canary Islands, Northern Ireland) are not told apart from it.
 */
export function inUnion(country: string, date: string): boolean {
  const from = memberSince.get(country);
  const until = memberUntil.get(country);
  return from !== undefined && from <= date && (until === undefined || date < until);
}

/** ISO 3166-1 alpha-2, the 249 officially assigned codes; XI, EL and UK are none, nor is XK. */
const assigned: ReadonlySet<string> = new Set(
  [
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ",
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR",
    "GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP",
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ",
    "NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW",
    "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ",
    "UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW",
  ].flatMap((codes) => codes.split(" ")),
);

/**
 * Codes whose supplies the law treats as those of another country: Monaco as France, the Isle of Man as the United Kingdom (Article 7 of
 * Directive 2006/112/EC; Isle of Man Act 1979 s.6), Liechtenstein as Switzerland (treaty of 28 October 1994). A border to them is not what it seems.
 */
const partOfAnother: ReadonlySet<string> = new Set(["MC", "IM", "LI"]);

/** Whether the borders of this code are those of one tax territory. What is no ISO code of today is refused rather than taken for abroad. */
export function hasTaxBorder(country: string): boolean {
  return assigned.has(country) && !partOfAnother.has(country);
}
