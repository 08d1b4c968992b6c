/**
 * What a quantity counts, by UN/ECE Recommendation 20 (Codes for Units of Measure Used in International Trade) and, with an X before the
 * code, Recommendation 21 (package types), as EN 16931 takes them (BT-130, rule BR-CL-23). Codes and names are those of the lists of
 * XRepository, urn:xoev-de:kosit:codeliste:rec20_3 and rec21_3; of their more than two thousand those that goods and services are sold by.
 * PK, CT and BX were in older revisions of Recommendation 20; a document of today says XPK, XCT and XBX.
 */
const names = {
  ANN: "year",
  C62: "one",
  CEN: "hundred",
  CLT: "centilitre",
  CMK: "square centimetre",
  CMQ: "cubic centimetre",
  CMT: "centimetre",
  DAY: "day",
  DLT: "decilitre",
  DMQ: "cubic decimetre",
  DPC: "dozen piece",
  DZN: "dozen",
  DZP: "dozen pack",
  E48: "service unit",
  EA: "each",
  FOT: "foot",
  FTK: "square foot",
  GLL: "gallon (US)",
  GRM: "gram",
  GRO: "gross",
  H87: "piece",
  HLT: "hectolitre",
  HUR: "hour",
  INH: "inch",
  INK: "square inch",
  KGM: "kilogram",
  KMT: "kilometre",
  KWH: "kilowatt hour",
  LBR: "pound",
  LS: "lump sum",
  LTR: "litre",
  MGM: "milligram",
  MIL: "thousand",
  MIN: "minute [unit of time]",
  MLT: "millilitre",
  MMK: "square millimetre",
  MMT: "millimetre",
  MON: "month",
  MTK: "square metre",
  MTQ: "cubic metre",
  MTR: "metre",
  MWH: "megawatt hour (1000 kW.h)",
  NAR: "number of articles",
  NMP: "number of packs",
  ONZ: "ounce (avoirdupois)",
  PR: "pair",
  SEC: "second [unit of time]",
  SET: "set",
  T3: "thousand piece",
  TNE: "tonne (metric ton)",
  WEE: "week",
  XBE: "Bundle",
  XBG: "Bag",
  XBJ: "Bucket",
  XBX: "Box",
  XCR: "Crate",
  XCS: "Case",
  XCT: "Carton",
  XDR: "Drum",
  XJR: "Jar",
  XKI: "Kit",
  XPA: "Packet",
  XPK: "Package",
  XPP: "Piece",
  XPU: "Tray",
  XPX: "Pallet",
  XRL: "Reel",
  XRO: "Roll",
  XSA: "Sack",
  XSH: "Sachet",
  XST: "Sheet",
  XTB: "Tub",
  XTU: "Tube",
  YRD: "yard",
} as const;

export type UnitCode = keyof typeof names;

/** The codes of units that a variant can be sold by. */
export const unitCodes = Object.keys(names) as readonly UnitCode[];

/** What the recommendation calls a unit. */
export function unitName(code: UnitCode): string {
  return names[code];
}
