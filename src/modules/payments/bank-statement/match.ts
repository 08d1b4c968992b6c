import type { Currency } from "../../../kernel/money.ts";
import { type Mention, mentionsOf, plainText, referenceKey } from "./mention.ts";
import type { StatementLine } from "./statement-line.ts";
import { indexReceived, type ReceivedBooking, receivedAs, type ReceivedIndex } from "./undone.ts";

/** An invoice that a payment may name, settled ones too: `open` is what is still owed in minor units, never below zero. */
export type InvoiceTarget = {
  readonly kind: "invoice";
  readonly id: string;
  readonly companyId: string;
  readonly reference: string;
  readonly currency: Currency;
  readonly open: bigint;
  /** YYYY-MM-DD; null counts as due at once. */
  readonly dueOn: string | null;
};

/**
 * A prepaid checkout that a payment may name: `open` is what is still to be received for it in minor units, never below zero. `ended`: it
 * does not wait for money any more and never had all.
 */
export type CheckoutTarget = {
  readonly kind: "checkout";
  readonly id: string;
  readonly companyId: string;
  readonly reference: string;
  readonly currency: Currency;
  readonly open: bigint;
  readonly ended: boolean;
};

export type PaymentTarget = InvoiceTarget | CheckoutTarget;

/** What of a line goes to a target: minor units, more than zero and no more than the target is open for. */
export type Allocation = {
  readonly kind: PaymentTarget["kind"];
  readonly id: string;
  readonly companyId: string;
  readonly amount: bigint;
};

/** What an earlier receipt was taken for, in minor units. */
export type TakenFor = Pick<Allocation, "kind" | "id" | "amount">;

/** Why nobody can be named for a line: it goes to `unmatched` whole. */
export type UnmatchedReason =
  /** Nothing in it can be a reference. */
  | "no_reference"
  /** What is written names nothing that is known. */
  | "reference_unknown"
  /** What is written can be read as two different things. */
  | "ambiguous"
  | "currency_differs"
  /** The checkout does not wait any more. */
  | "checkout_ended"
  /** It names what several companies owe, and is more or less than that. */
  | "several_companies"
  /** Too little for several things of which one cannot be served before another. */
  | "unclear_split"
  /** A batch whose transactions do not say what belongs to whom. */
  | "batch_not_split"
  /** Money that went out. */
  | "outgoing"
  /** What the operator sent came back. */
  | "returned_to_us"
  /** An earlier receipt is undone, and none or more than one fits. */
  | "original_unknown"
  | "original_ambiguous";

export type MatchResult =
  | {
      readonly kind: "matched";
      readonly allocations: readonly Allocation[];
      /** What is left over in minor units, as free funds of the one company. */
      readonly rest: { readonly companyId: string; readonly amount: bigint } | null;
    }
  | { readonly kind: "undone"; readonly original: string }
  | { readonly kind: "unmatched"; readonly reason: UnmatchedReason };

/**
 * What each line pays, in the order of the lines: an earlier one leaves less open for a later one. By written references only, never by
 * an amount alone; where two readings are possible nobody is named. `targets` are those whose reference's key is among `mentionedKeys` of
 * the lines (more do no harm); `received` are earlier receipts that a return may undo. `takenFor` says by their identities what those
 * were taken for whose undoing is carried out: it is open again for the lines behind the return.
 *
 * Allocations and rest of a line add up to its amount, and no target gets more than it is open for by then.
 */
export function matchLines(
  lines: readonly StatementLine[],
  targets: readonly PaymentTarget[],
  received: readonly ReceivedBooking[],
  takenFor: ReadonlyMap<string, readonly TakenFor[]> = new Map(),
): MatchResult[] {
  const byKey = Map.groupBy(targets, ({ reference }) => referenceKey(reference));
  const open = new Map(targets.map((target) => [subjectOf(target), target.open]));
  const known = indexReceived(received);
  return lines.map((line) => {
    const result = matchLine(line, byKey, open, known);
    if (result.kind === "matched") {
      for (const allocation of result.allocations) {
        open.set(subjectOf(allocation), openOf(allocation, open) - allocation.amount);
      }
    }
    if (result.kind === "undone") {
      for (const taken of takenFor.get(result.original) ?? []) open.set(subjectOf(taken), openOf(taken, open) + taken.amount);
      known.remove(result.original);
    }
    if (line.direction === "credit" && !isReturn(line)) known.add(receivedAs(line));
    return result;
  });
}

type Named = Pick<PaymentTarget, "kind" | "id">;

function subjectOf({ kind, id }: Named): string {
  return `${kind} ${id}`;
}

function openOf(target: Named, open: ReadonlyMap<string, bigint>): bigint {
  return open.get(subjectOf(target)) ?? 0n;
}

function isReturn({ reversal, returnReason }: StatementLine): boolean {
  return reversal || returnReason !== null;
}

function unmatched(reason: UnmatchedReason): MatchResult {
  return { kind: "unmatched", reason };
}

function matchLine(
  line: StatementLine,
  byKey: ReadonlyMap<string, readonly PaymentTarget[]>,
  open: ReadonlyMap<string, bigint>,
  received: ReceivedIndex,
): MatchResult {
  if (line.direction === "debit") {
    if (!isReturn(line)) return unmatched("outgoing");
    const original = received.originalOf(line);
    return original.kind === "found" ? { kind: "undone", original: original.identity } : unmatched(`original_${original.kind}`);
  }
  if (isReturn(line)) return unmatched("returned_to_us");
  if (line.unsplit) return unmatched("batch_not_split");
  const mentions = mentionsOf(line);
  if (mentions.length === 0) return unmatched("no_reference");
  const named = namedTargets(mentions, byKey);
  if (named === "ambiguous") return unmatched("ambiguous");
  if (named.length === 0) return unmatched("reference_unknown");
  if (named.some((target) => target.currency !== line.money.currency)) return unmatched("currency_differs");
  if (named.some((target) => target.kind === "checkout" && target.ended)) return unmatched("checkout_ended");
  return allocate(line.money.amount, named, open);
}

/** What the mentions name, each once. A reference as it was given stands before one that only its letters and digits make. */
function namedTargets(
  mentions: readonly Mention[],
  byKey: ReadonlyMap<string, readonly PaymentTarget[]>,
): readonly PaymentTarget[] | "ambiguous" {
  const hits: { readonly mention: Mention; readonly target: PaymentTarget; readonly verbatim: boolean }[] = [];
  for (const mention of mentions) {
    const [target, second] = byKey.get(mention.key) ?? [];
    if (target === undefined) continue;
    if (second !== undefined) return "ambiguous";
    hits.push({ mention, target, verbatim: mention.written === plainText(target.reference) });
  }
  const rivals = (hit: (typeof hits)[number]): typeof hits =>
    hits.filter((other) => other.target !== hit.target && overlap(other.mention, hit.mention));
  const readings = hits.filter((hit) => hit.verbatim || !rivals(hit).some(({ verbatim }) => verbatim));
  const disputed = readings.some((hit) => rivals(hit).some((other) => readings.includes(other)));
  return disputed ? "ambiguous" : [...new Set(readings.map(({ target }) => target))];
}

function overlap(a: Mention, b: Mention): boolean {
  return a.source === b.source && a.from < b.to && b.from < a.to;
}

function allocate(amount: bigint, named: readonly PaymentTarget[], open: ReadonlyMap<string, bigint>): MatchResult {
  const owed = named.reduce((sum, target) => sum + openOf(target, open), 0n);
  const [companyId, ...otherCompanies] = new Set(named.map((target) => target.companyId));
  if (companyId === undefined) return unmatched("reference_unknown");
  if (otherCompanies.length > 0 && amount !== owed) return unmatched("several_companies");
  const oneAfterAnother = named.length === 1 || named.every(({ kind }) => kind === "invoice");
  if (amount < owed && !oneAfterAnother) return unmatched("unclear_split");
  let left = amount;
  const allocations: Allocation[] = [];
  for (const target of named.toSorted(bySoonestDue)) {
    const { kind, id } = target;
    const opening = openOf(target, open);
    const taken = opening < left ? opening : left;
    if (taken > 0n) allocations.push({ kind, id, companyId: target.companyId, amount: taken });
    left -= taken;
  }
  return { kind: "matched", allocations, rest: left > 0n ? { companyId, amount: left } : null };
}

function bySoonestDue(a: PaymentTarget, b: PaymentTarget): number {
  const key = (target: PaymentTarget): string =>
    `${target.kind === "invoice" ? (target.dueOn ?? "") : "~"} ${target.reference} ${target.id}`;
  return key(a) < key(b) ? -1 : 1;
}
