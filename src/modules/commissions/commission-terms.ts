import type { CommissionPlanId } from "../../kernel/ids.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import { assert } from "../../kernel/assert.ts";
import { minorUnits, money, part } from "../../kernel/money.ts";
import type { Currency, MinorUnits } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";

/**
 * What commission was agreed for an order, frozen when it was placed. Amounts in minor units of the order's currency; a line that bears no
 * commission is not in the list.
 */
export type CommissionTerms = {
  readonly lines: readonly {
    readonly lineNumber: number;
    readonly planId: CommissionPlanId;
    readonly ratePpm: number;
    readonly fixed: bigint;
    readonly commission: bigint;
  }[];
  readonly freight: { readonly commission: bigint };
  /** Every plan that charges the order gives back what was charged when an invoice is written off. */
  readonly returnedOnWriteOff: boolean;
};

/** The commission of the whole order. */
export function commissionTotal({ lines, freight }: CommissionTerms): MinorUnits {
  return minorUnits(lines.reduce((sum, { commission }) => sum + commission, freight.commission));
}

/** The one text of the terms: JSON without white space, members in a fixed order, so that equal terms have equal bytes. */
export function termsText({ lines, freight, returnedOnWriteOff }: CommissionTerms, currency: Currency): string {
  const wire = (amount: bigint) => toWire(money(amount, currency)).amount;
  return JSON.stringify({
    lines: lines.map(({ lineNumber, planId, ratePpm, fixed, commission }) => ({
      line_number: lineNumber,
      plan: toWireId(prefixes.commissionPlan, planId),
      rate_ppm: ratePpm,
      fixed: wire(fixed),
      commission: wire(commission),
    })),
    freight: { commission: wire(freight.commission) },
    returned_on_write_off: returnedOnWriteOff,
  });
}

/** What `commissionPart` and write-offs need of the terms. */
export type AgreedCommission = {
  readonly lines: readonly { readonly lineNumber: number; readonly commission: bigint }[];
  readonly freight: { readonly commission: bigint };
  readonly returnedOnWriteOff: boolean;
};

/** Reads the stored text of an order's terms. @throws AssertionFailed for a text that is none of `termsText` */
export function readTerms(text: string): AgreedCommission {
  const said: unknown = JSON.parse(text);
  assert(isTerms(said), "the terms of an order's commission are not such");
  return {
    lines: said.lines.map((line) => ({ lineNumber: line.line_number, commission: BigInt(line.commission) })),
    freight: { commission: BigInt(said.freight.commission) },
    returnedOnWriteOff: said.returned_on_write_off,
  };
}

type SaidTerms = {
  readonly lines: readonly { readonly line_number: number; readonly commission: number }[];
  readonly freight: { readonly commission: number };
  readonly returned_on_write_off: boolean;
};

function isTerms(said: unknown): said is SaidTerms {
  if (typeof said !== "object" || said === null) return false;
  const { lines, freight, returned_on_write_off: returned } = said as Partial<SaidTerms>;
  const amount = (value: unknown) => Number.isSafeInteger(value);
  return (
    typeof returned === "boolean" &&
    amount(freight?.commission) &&
    Array.isArray(lines) &&
    lines.every((line: Partial<SaidTerms["lines"][number]>) => amount(line.line_number) && amount(line.commission))
  );
}

/**
 * The units of an order's lines that one document is about, and how far its freight has come. `before` and `after` count the units of the
 * line that were shipped or cancelled without and with it, of `quantity`; those of the freight are net amounts of `total`.
 */
export type CommissionDraw = {
  readonly lines: readonly { readonly lineNumber: number; readonly quantity: number; readonly before: number; readonly after: number }[];
  readonly freight: { readonly before: bigint; readonly after: bigint; readonly total: bigint };
};

/**
 * The commission on a part of an order, without tax: of each line floor(C × after / n) − floor(C × before / n) by cumulative units, of the
 * freight the same by cumulative net. So all parts of an order add up to its commission, in whatever order and number they come.
 *
 * @throws AssertionFailed for units or freight beyond the whole
 */
export function commissionPart(terms: Pick<AgreedCommission, "lines" | "freight">, { lines, freight }: CommissionDraw): MinorUnits {
  const commissionOf = new Map(terms.lines.map(({ lineNumber, commission }) => [lineNumber, commission]));
  const ofLines = lines.reduce(
    (sum, { lineNumber, quantity, before, after }) => sum + part(commissionOf.get(lineNumber) ?? 0n, quantity, before, after),
    0n,
  );
  return minorUnits(ofLines + freightPart(terms.freight.commission, freight));
}

function freightPart(commission: bigint, { before, after, total }: CommissionDraw["freight"]): bigint {
  assert(before >= 0n && before <= after && after <= total, `freight of ${before} to ${after} of ${total}`);
  assert(total > 0n || commission === 0n, "a commission on freight that there is not");
  return total === 0n ? 0n : (commission * after) / total - (commission * before) / total;
}
