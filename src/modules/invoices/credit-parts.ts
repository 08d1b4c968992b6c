import { assert } from "../../kernel/assert.ts";
import { allocateByLargestRemainder, divideRoundHalfUp, part } from "../../kernel/money.ts";
import type { CreditCause, DocumentLine, DocumentTaxGroup, TradeDocument } from "./document.ts";
import { amountOf, type DocumentDraft, groupKey, totals } from "./invoice-parts.ts";

/**
 * What is left of an invoice line: units, and what they are worth. `drawn` of its units are credited; what they are worth is taken from
 * cumulative units. An amount credited for no unit lowers what the rest is worth, and the rest begins anew. `gross` and `discount` are in
 * minor units and those of all `quantity` units, drawn ones too.
 */
export type LineRest = {
  /** The line's number on the invoice. */
  readonly line: number;
  readonly quantity: number;
  readonly drawn: number;
  readonly gross: bigint;
  readonly discount: bigint;
};

/** What of an invoice is not credited yet: by line, and what is credited of each tax group, in minor units. */
export type InvoiceRest = {
  readonly lines: readonly LineRest[];
  readonly groups: readonly {
    readonly category: string;
    readonly ratePpm: number;
    readonly creditedNet: bigint;
    readonly creditedTax: bigint;
  }[];
};

/**
 * What is to be credited, net of tax: units of goods, amounts of lines (of goods: no unit comes back; of freight: so much of it), amounts
 * of tax groups, which their lines share by what is left of them, and all the freight that is left. Quantities and amounts are above zero,
 * amounts in minor units; `line` is the line's number on the invoice.
 */
export type CreditAsked = {
  readonly units: readonly { readonly line: number; readonly quantity: number }[];
  readonly amounts: readonly { readonly line: number; readonly net: bigint }[];
  readonly groupAmounts: readonly { readonly category: string; readonly ratePpm: number; readonly net: bigint }[];
  readonly allFreight: boolean;
};

/** Why not: more than is left of a line or group, a line that the invoice does not have, or nothing at all. */
export type CreditRefusal =
  | { readonly reason: "nothing_to_credit" }
  | { readonly reason: "unknown_line"; readonly line: number }
  | { readonly reason: "unknown_group"; readonly category: string; readonly rate_ppm: number }
  | { readonly reason: "units_not_left"; readonly line: number; readonly asked: number; readonly left: number }
  | { readonly reason: "amount_not_left"; readonly line: number; readonly asked: bigint; readonly left: bigint }
  | {
      readonly reason: "group_amount_not_left";
      readonly category: string;
      readonly rate_ppm: number;
      readonly asked: bigint;
      readonly left: bigint;
    };

/** The note, without number and day, and what is left of the invoice after it. */
export type Credited =
  | { readonly ok: true; readonly draft: DocumentDraft; readonly rest: InvoiceRest }
  | { readonly ok: false; readonly refusal: CreditRefusal };

/** What is left of an invoice of which nothing is credited. */
export function wholeInvoice(invoice: TradeDocument): InvoiceRest {
  return {
    lines: invoice.lines.map(({ number, quantity, gross, discount }) => {
      return { line: number, quantity, drawn: 0, gross: BigInt(gross), discount: BigInt(discount) };
    }),
    groups: invoice.tax_groups.map(({ category, rate_ppm }) => ({ category, ratePpm: rate_ppm, creditedNet: 0n, creditedTax: 0n })),
  };
}

/**
 * All that is left of an invoice: together with what was credited before it gives back the invoice exactly.
 *
 * @throws AssertionFailed for a rest that is not of this invoice
 */
export function allThatIsLeft(invoice: TradeDocument, rest: InvoiceRest): CreditAsked {
  const goods = invoice.lines.filter(({ kind }) => kind === "goods");
  const units = goods.flatMap(({ number }) => {
    const quantity = unitsLeft(restOf(rest, number));
    return quantity === 0 ? [] : [{ line: number, quantity }];
  });
  return { units, amounts: [], groupAmounts: [], allFreight: true };
}

/** What is left of one line: units, and what they are worth net of tax. */
export function leftOfLine(rest: LineRest): { readonly units: number; readonly net: bigint } {
  return { units: unitsLeft(rest), net: worthLeft(rest).net };
}

/** What is credited of an invoice, net of tax. */
export function creditedNet({ groups }: InvoiceRest): bigint {
  return groups.reduce((sum, group) => sum + group.creditedNet, 0n);
}

/**
 * The credit note for a part of an invoice. All its amounts are positive. Units are worth what the invoice charged for them, by cumulative
 * units; the tax of a group is R(t × c_after / n) − R(t × c_before / n) of the invoice's tax t and net n, c being what is credited of the
 * net. So no line or group is credited beyond the invoice, nothing is negative, and all notes of a wholly credited invoice are the invoice.
 *
 * @throws AssertionFailed for a quantity or an amount that is not above zero, a rest that is not of this invoice, or an amount beyond the wire
 */
export function creditDraft(invoice: TradeDocument, rest: InvoiceRest, asked: CreditAsked, cause: CreditCause): Credited {
  const drawing = new Drawing(invoice, rest);
  const refusal = drawing.draw(asked);
  if (refusal !== undefined) return { ok: false, refusal };
  const lines = drawing.drawn.map((line, index) => ({ ...line, number: index + 1 }));
  if (lines.length === 0) return { ok: false, refusal: { reason: "nothing_to_credit" } };
  const { groups, drawnGroups } = creditGroups(invoice, rest, lines);
  const draft: DocumentDraft = {
    ...withoutPlace(invoice),
    type: "credit_note",
    precedes: { id: invoice.id, number: invoice.number, issued_on: invoice.issued_on },
    cause,
    // Nothing is to be paid into it for what is given back.
    bank: null,
    lines,
    tax_groups: drawnGroups,
    ...totals(lines, drawnGroups, invoice.currency),
  };
  return { ok: true, draft, rest: { lines: drawing.rests(), groups } };
}

/** Draws what is asked for, one after another, from what is left of the lines. */
class Drawing {
  readonly drawn: DocumentLine[] = [];
  readonly #invoice: TradeDocument;
  readonly #rests: Map<number, LineRest>;
  readonly #lines: Map<number, DocumentLine>;

  constructor(invoice: TradeDocument, rest: InvoiceRest) {
    this.#invoice = invoice;
    this.#rests = new Map(rest.lines.map((each) => [each.line, each]));
    this.#lines = new Map(invoice.lines.map((line) => [line.number, line]));
  }

  rests(): LineRest[] {
    return [...this.#rests.values()];
  }

  draw({ units, amounts, groupAmounts, allFreight }: CreditAsked): CreditRefusal | undefined {
    for (const { line, quantity } of units) {
      const refusal = this.#drawUnits(line, quantity);
      if (refusal !== undefined) return refusal;
    }
    for (const { line, net } of amounts) {
      const refusal = this.#drawAmount(line, net);
      if (refusal !== undefined) return refusal;
    }
    for (const { category, ratePpm, net } of groupAmounts) {
      const refusal = this.#drawGroupAmount(category, ratePpm, net);
      if (refusal !== undefined) return refusal;
    }
    if (allFreight) this.#drawFreight();
    return undefined;
  }

  #drawUnits(number: number, quantity: number): CreditRefusal | undefined {
    assert(Number.isSafeInteger(quantity) && quantity > 0, `${quantity} units of line ${number}`);
    const [line, rest] = [this.#lines.get(number), this.#rests.get(number)];
    if (line === undefined || rest === undefined || line.kind !== "goods") return { reason: "unknown_line", line: number };
    const left = unitsLeft(rest);
    if (quantity > left) return { reason: "units_not_left", line: number, asked: quantity, left };
    const worth = worthOf(rest, rest.drawn, rest.drawn + quantity);
    this.#rests.set(number, { ...rest, drawn: rest.drawn + quantity });
    const [gross, discount, worthNet] = [this.#amount(worth.gross), this.#amount(worth.discount), this.#amount(worth.net)];
    this.drawn.push({ ...line, quantity, gross, discount, net: worthNet });
    return undefined;
  }

  #drawAmount(number: number, net: bigint): CreditRefusal | undefined {
    assert(net > 0n, `${net} of line ${number}`);
    const [line, rest] = [this.#lines.get(number), this.#rests.get(number)];
    if (line === undefined || rest === undefined) return { reason: "unknown_line", line: number };
    const left = worthLeft(rest);
    if (net > left.net) return { reason: "amount_not_left", line: number, asked: net, left: left.net };
    const units = unitsLeft(rest);
    this.#rests.set(number, { line: number, quantity: units, drawn: 0, gross: left.gross, discount: left.discount + net });
    const amount = this.#amount(net);
    this.drawn.push({ ...line, unit: "C62", quantity: 1, unit_price: amount, price_per: 1, gross: amount, discount: 0, net: amount });
    return undefined;
  }

  #drawGroupAmount(category: string, ratePpm: number, net: bigint): CreditRefusal | undefined {
    assert(net > 0n, `${net} of tax group ${category}`);
    const lines = this.#invoice.lines.filter(({ tax }) => tax.category === category && tax.rate_ppm === ratePpm);
    if (lines.length === 0) return { reason: "unknown_group", category, rate_ppm: ratePpm };
    const lefts = lines.map(({ number }) => worthLeft(this.#restOf(number)).net);
    const left = lefts.reduce((sum, each) => sum + each, 0n);
    if (net > left) return { reason: "group_amount_not_left", category, rate_ppm: ratePpm, asked: net, left };
    for (const [index, share] of allocateByLargestRemainder(net, lefts).entries()) {
      const number = lines[index]?.number;
      assert(number !== undefined, "a share for each line");
      const refusal = share === 0n ? undefined : this.#drawAmount(number, share);
      assert(refusal === undefined, "a share is never more than is left of its line");
    }
    return undefined;
  }

  #drawFreight(): void {
    for (const { number } of this.#invoice.lines.filter(({ kind }) => kind === "freight")) {
      const left = worthLeft(this.#restOf(number)).net;
      if (left > 0n) this.#drawAmount(number, left);
    }
  }

  #amount(amount: bigint): number {
    return amountOf(amount, this.#invoice.currency);
  }

  #restOf(number: number): LineRest {
    const rest = this.#rests.get(number);
    assert(rest !== undefined, `no rest of line ${number}`);
    return rest;
  }
}

function creditGroups(
  invoice: TradeDocument,
  rest: InvoiceRest,
  lines: readonly DocumentLine[],
): { groups: InvoiceRest["groups"]; drawnGroups: DocumentTaxGroup[] } {
  const netOf = new Map<string, bigint>();
  for (const { tax, net } of lines) {
    const key = groupKey(tax.category, tax.rate_ppm);
    netOf.set(key, (netOf.get(key) ?? 0n) + BigInt(net));
  }
  const creditedOf = new Map(rest.groups.map((group) => [groupKey(group.category, group.ratePpm), group]));
  const drawnGroups: DocumentTaxGroup[] = [];
  const groups = invoice.tax_groups.map((group) => {
    const key = groupKey(group.category, group.rate_ppm);
    const [net, credited] = [netOf.get(key), creditedOf.get(key)];
    assert(credited !== undefined, `no rest of tax group ${group.category} ${group.rate_ppm}`);
    if (net === undefined) return credited;
    const creditedNet = credited.creditedNet + net;
    const creditedTax = creditedTaxAt(group, creditedNet);
    const tax = amountOf(creditedTax - credited.creditedTax, invoice.currency);
    drawnGroups.push({ ...group, net: amountOf(net, invoice.currency), tax });
    return { ...credited, creditedNet, creditedTax };
  });
  return { groups, drawnGroups };
}

/** R(t × c / n): the tax on so much of a group of an invoice. The invoice's own tax is a fact, and is given back whole with its net. */
function creditedTaxAt(group: DocumentTaxGroup, creditedNet: bigint): bigint {
  assert(creditedNet <= BigInt(group.net), `more is credited of tax group ${group.category} ${group.rate_ppm} than its net`);
  return group.net === 0 ? 0n : divideRoundHalfUp(BigInt(group.tax) * creditedNet, BigInt(group.net));
}

function unitsLeft(rest: LineRest): number {
  return rest.quantity - rest.drawn;
}

type Worth = { readonly gross: bigint; readonly discount: bigint; readonly net: bigint };

/** What units of a rest are worth: gross from cumulative units, discount from cumulative gross, so that no net is negative. */
function worthOf(rest: LineRest, before: number, after: number): Worth {
  if (rest.quantity === 0) return { gross: 0n, discount: 0n, net: 0n };
  const grossBefore = part(rest.gross, rest.quantity, 0, before);
  const gross = part(rest.gross, rest.quantity, before, after);
  const discountAt = (grossSoFar: bigint) => (rest.gross === 0n ? 0n : (rest.discount * grossSoFar) / rest.gross);
  const discount = discountAt(grossBefore + gross) - discountAt(grossBefore);
  return { gross, discount, net: gross - discount };
}

function worthLeft(rest: LineRest): Worth {
  return worthOf(rest, rest.drawn, rest.quantity);
}

function restOf(rest: InvoiceRest, number: number): LineRest {
  const found = rest.lines.find(({ line }) => line === number);
  assert(found !== undefined, `no rest of line ${number}`);
  return found;
}

function withoutPlace(invoice: TradeDocument): DocumentDraft {
  const { id: _id, number: _number, issued_on: _issued, due_on: _due, payment_reference: _reference, ...draft } = invoice;
  return draft;
}
