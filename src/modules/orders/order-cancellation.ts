import { openUnits, type PartLine, type UnitDraw } from "./order-parts.ts";
import type { UnitsNotOpen, UnitsPacked, UnknownLines } from "./order-refusals.ts";

/** Units of a line that somebody asks about; `index` is the line's place in the body. */
export type AskedUnits = { readonly index: number; readonly lineNumber: number; readonly quantity: number };

/** What may be drawn, or why not. Of packed units the parcels are still to be named. */
export type JudgedDraws =
  | { readonly ok: true; readonly draws: readonly UnitDraw[] }
  | { readonly ok: false; readonly refusal: UnknownLines | UnitsNotOpen | Omit<UnitsPacked, "shipments"> };

/** All units of an order that are open, line by line. */
export function allOpenUnits(lines: readonly PartLine[]): UnitDraw[] {
  return lines.map((line) => ({ lineNumber: line.lineNumber, quantity: openUnits(line) })).filter(({ quantity }) => quantity > 0);
}

/**
 * Which units are to be cancelled: those asked for, or (nothing asked for) all that are open. Several entries of one line are one.
 * Refused as a whole: an unknown line before units that are not there, and these before units that are packed.
 */
export function judgeDraws(lines: readonly PartLine[], asked: readonly AskedUnits[] | undefined): JudgedDraws {
  if (asked === undefined) {
    const draws = allOpenUnits(lines);
    if (draws.length > 0) return { ok: true, draws };
    return { ok: false, refusal: refusalOf(lines.map((line) => ({ line, requested: line.quantity - line.shipped - line.cancelled }))) };
  }
  const byNumber = new Map(lines.map((line) => [line.lineNumber, line]));
  const unknown = asked.filter(({ lineNumber }) => !byNumber.has(lineNumber));
  if (unknown.length > 0) {
    const errors = unknown.slice(0, 20).map(({ index }) => ({ pointer: `/lines/${index}/line_number`, detail: "no such line" }));
    return { ok: false, refusal: { code: "unknown-reference", errors } };
  }
  const wanted = [...Map.groupBy(asked, ({ lineNumber }) => lineNumber)].flatMap(([lineNumber, entries]) => {
    const line = byNumber.get(lineNumber);
    const requested = entries.reduce((sum, { quantity }) => sum + quantity, 0);
    return line === undefined ? [] : [{ line, requested, pointer: `/lines/${entries[0]?.index}/quantity` }];
  });
  const short = wanted.filter(({ line, requested }) => requested > openUnits(line));
  if (short.length > 0) return { ok: false, refusal: refusalOf(short) };
  return { ok: true, draws: wanted.map(({ line, requested }) => ({ lineNumber: line.lineNumber, quantity: requested })) };
}

type Short = { readonly line: PartLine; readonly requested: number; readonly pointer?: string };

function refusalOf(short: readonly Short[]): UnitsNotOpen | Omit<UnitsPacked, "shipments"> {
  const shown = ({ line, requested, pointer }: Short) => ({
    line_number: line.lineNumber,
    ...(pointer === undefined ? {} : { pointer }),
    requested,
    open: openUnits(line),
  });
  const gone = short.filter(({ line, requested }) => requested > openUnits(line) + line.packed);
  const packed = short.filter(({ line }) => line.packed > 0);
  if (gone.length > 0 || packed.length === 0) return { code: "units-not-open", lines: (gone.length > 0 ? gone : short).map(shown) };
  return { code: "units-packed", lines: packed.map((each) => ({ ...shown(each), packed: each.line.packed })) };
}
