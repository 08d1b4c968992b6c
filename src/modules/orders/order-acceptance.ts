import type { Order } from "./order.ts";
import type { NumberedLine } from "./order-numbers.ts";
import { openUnits, type UnitDraw } from "./order-parts.ts";
import type { AcceptanceEmpty, PromiseOutOfBounds, UnitsNotOpen, UnknownLines } from "./order-refusals.ts";
import type { OrderRequestLine } from "./order-request.ts";
import { latestDay } from "./promise.ts";

/** What a seller says of a line: how many units it delivers and by which day. `index` is its place in the body. */
export type AcceptedLine = {
  readonly index: number;
  readonly lineNumber: number;
  readonly quantity?: number | undefined;
  readonly promisedOn?: string | undefined;
};

/** What a seller accepts: all as it was ordered and promised where nothing else is said. */
export type Acceptance = { readonly lines?: readonly AcceptedLine[] | undefined; readonly promisedOn?: string | undefined };

/** The first and the last day that may be promised now. */
export type PromiseBounds = { readonly earliest: string; readonly latest: string };

/** An acceptance that can be written, or why it cannot. */
export type JudgedAcceptance =
  | {
      readonly ok: true;
      /** Units that would not be delivered. */
      readonly draws: readonly UnitDraw[];
      /** Of the lines that are delivered. */
      readonly lines: readonly { readonly lineNumber: number; readonly promisedOn: string }[];
      readonly promisedOn: string;
      /** Less or later than the company was promised: it is asked, by these lines. */
      readonly needsConsent: boolean;
      readonly asked: readonly OrderRequestLine[];
    }
  | { readonly ok: false; readonly refusal: UnknownLines | UnitsNotOpen | AcceptanceEmpty | PromiseOutOfBounds };

/**
 * Judges what a seller accepts of a confirmed order. A day counts as later than promised when it is behind the line's promised day and
 * behind the day the company wished for; an order that nobody promised anything for takes any day.
 */
export function judgeAcceptance(
  order: Pick<Order, "requestedOn">,
  lines: readonly NumberedLine[],
  acceptance: Acceptance,
  bounds: PromiseBounds,
): JudgedAcceptance {
  const said = new Map(acceptance.lines?.map((line) => [line.lineNumber, line]));
  const refusal = unknownLines(lines, acceptance) ?? tooMany(lines, said) ?? outOfBounds(acceptance, bounds);
  if (refusal !== undefined) return { ok: false, refusal };
  const judged = lines
    .filter((line) => openUnits(line) > 0)
    .map((line) => {
      const asked = said.get(line.lineNumber);
      const quantity = asked?.quantity ?? openUnits(line);
      const wanted = asked?.promisedOn ?? acceptance.promisedOn;
      return {
        lineNumber: line.lineNumber,
        quantity,
        missing: openUnits(line) - quantity,
        // What was promised may be over: the company paid late, or a hold stood. Its deadlines would be over with it.
        promisedOn: wanted ?? latestDay([line.promisedOn ?? bounds.earliest, bounds.earliest]),
        isLater:
          wanted !== undefined && line.promisedOn !== null && wanted > latestDay([line.promisedOn, order.requestedOn ?? line.promisedOn]),
      };
    });
  const delivered = judged.filter(({ quantity }) => quantity > 0);
  if (delivered.length === 0) return { ok: false, refusal: { code: "acceptance-empty" } };
  const draws = judged.filter(({ missing }) => missing > 0).map(({ lineNumber, missing }) => ({ lineNumber, quantity: missing }));
  return {
    ok: true,
    draws,
    lines: delivered.map(({ lineNumber, promisedOn }) => ({ lineNumber, promisedOn })),
    promisedOn: latestDay(delivered.map(({ promisedOn }) => promisedOn)),
    needsConsent: draws.length > 0 || delivered.some(({ isLater }) => isLater),
    asked: judged.map(({ lineNumber, quantity, promisedOn }) => ({ lineNumber, quantity, promisedOn: quantity > 0 ? promisedOn : null })),
  };
}

/**
 * What is left of an acceptance that the company consents to, by the lines as they are now: it may have cancelled units meanwhile.
 * No day at all: nothing would be delivered. A day that is over by now is `earliest`.
 */
export function consentedAcceptance(
  lines: readonly NumberedLine[],
  asked: readonly OrderRequestLine[],
  earliest: string,
): {
  readonly draws: readonly UnitDraw[];
  readonly lines: readonly { readonly lineNumber: number; readonly promisedOn: string }[];
  readonly promisedOn: string | undefined;
} {
  const askedOf = new Map(asked.map((line) => [line.lineNumber, line]));
  const left = lines
    .filter((line) => openUnits(line) > 0)
    .map((line) => {
      const ofLine = askedOf.get(line.lineNumber);
      const quantity = Math.min(openUnits(line), ofLine?.quantity ?? 0);
      return { lineNumber: line.lineNumber, quantity, missing: openUnits(line) - quantity, promisedOn: ofLine?.promisedOn ?? null };
    });
  const promised = left.flatMap(({ lineNumber, quantity, promisedOn }) =>
    quantity > 0 && promisedOn !== null ? [{ lineNumber, promisedOn: latestDay([promisedOn, earliest]) }] : [],
  );
  return {
    draws: left.filter(({ missing }) => missing > 0).map(({ lineNumber, missing }) => ({ lineNumber, quantity: missing })),
    lines: promised,
    promisedOn: promised.length === 0 ? undefined : latestDay(promised.map(({ promisedOn }) => promisedOn)),
  };
}

function unknownLines(lines: readonly NumberedLine[], { lines: asked = [] }: Acceptance): UnknownLines | undefined {
  const numbers = new Set(lines.map(({ lineNumber }) => lineNumber));
  const errors = asked
    .filter(({ lineNumber }) => !numbers.has(lineNumber))
    .map(({ index }) => ({ pointer: `/lines/${index}/line_number`, detail: "no such line" }));
  return errors.length === 0 ? undefined : { code: "unknown-reference", errors: errors.slice(0, 20) };
}

function tooMany(lines: readonly NumberedLine[], said: ReadonlyMap<number, AcceptedLine>): UnitsNotOpen | undefined {
  const short = lines.flatMap((line) => {
    const asked = said.get(line.lineNumber);
    if (asked?.quantity === undefined || asked.quantity <= openUnits(line)) return [];
    const pointer = `/lines/${asked.index}/quantity`;
    return [{ line_number: line.lineNumber, pointer, requested: asked.quantity, open: openUnits(line) }];
  });
  return short.length === 0 ? undefined : { code: "units-not-open", lines: short };
}

function outOfBounds(acceptance: Acceptance, { earliest, latest }: PromiseBounds): PromiseOutOfBounds | undefined {
  const days = [
    { day: acceptance.promisedOn, pointer: "/promised_on" },
    ...(acceptance.lines ?? []).map(({ index, promisedOn }) => ({ day: promisedOn, pointer: `/lines/${index}/promised_on` })),
  ];
  const errors = days.flatMap(({ day, pointer }) =>
    day === undefined || (day >= earliest && day <= latest) ? [] : [{ pointer, detail: `is not between ${earliest} and ${latest}` }],
  );
  return errors.length === 0 ? undefined : { code: "promise-out-of-bounds", errors: errors.slice(0, 20), earliest, latest };
}
