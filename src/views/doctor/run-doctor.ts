import { setTimeout as sleep } from "node:timers/promises";
import { type Id, type Kind, type Prefix, prefixes, toWireId, type Uuid } from "../../kernel/ids.ts";
import { type Database, withReader } from "../../platform/db/index.ts";
import { amountInvariants } from "./amounts.ts";
import { backingInvariants } from "./backing.ts";
import { bookingInvariants } from "./bookings.ts";
import { creditInvariants } from "./credit.ts";
import type { FoundRow, Invariant } from "./invariant.ts";
import { invoiceInvariants } from "./invoices.ts";
import { ledgerInvariants } from "./ledger.ts";
import { lifecycleInvariants } from "./lifecycles.ts";
import { retryInvariants } from "./retries.ts";
import { sellersBooksInvariants } from "./sellers-books.ts";
import { settlementInvariants } from "./settlements.ts";
import { stockInvariants } from "./stock.ts";

/** All that has to be true of a market, by number. */
export const invariants: readonly Invariant[] = [
  ...stockInvariants,
  ...byNumber([...amountInvariants, ...lifecycleInvariants, ...backingInvariants]),
  ...byNumber([
    ...[...ledgerInvariants, ...settlementInvariants, ...sellersBooksInvariants, ...invoiceInvariants],
    ...[...creditInvariants, ...bookingInvariants],
  ]),
  ...retryInvariants,
];

/** Where an invariant does not hold: the rows by their ids on the wire, and what is wrong with them. */
export type Finding = { readonly rows: readonly string[]; readonly detail: string };

/** What became of one invariant: how many violations there are, and the first of them. */
export type Examined = {
  readonly number: string;
  readonly sentence: string;
  readonly seconds: number;
  readonly violations: number;
  readonly examples: readonly Finding[];
};

export type DoctorReport = { readonly ok: boolean; readonly seconds: number; readonly invariants: readonly Examined[] };

export type DoctorOptions = {
  /** A finding counts when it is still there after this long. Nothing is waited for when the first look finds nothing. */
  readonly confirmAfterMillis?: number;
  /** How long answers are kept under their keys. */
  readonly retentionDays?: number;
  /** How long one invariant may take. */
  readonly statementTimeoutMillis?: number;
  /** How many violations of an invariant are named. */
  readonly examples?: number;
  /** How the time until the second look passes. */
  readonly wait?: (millis: number) => Promise<unknown>;
};

// As many as the statements of the invariants give.
const findingLimit = 1_000;

/**
 * Looks whether everything holds that has to hold: every invariant by one statement, all in one snapshot of `stoa_read`. What is found
 * is looked for again a little later, in a snapshot of its own, and is reported when it is still there; so what a look across
 * something under way might find is not.
 */
export async function runDoctor(database: Database, options: DoctorOptions = {}): Promise<DoctorReport> {
  const { confirmAfterMillis = 5_000, examples = 20, wait = sleep } = options;
  const started = performance.now();
  const first = await look(database, invariants, options);
  const suspected = first.filter(({ found }) => found.length > 0);
  let confirmed = new Map<string, Looked>();
  if (suspected.length > 0) {
    await wait(confirmAfterMillis);
    const again = await look(
      database,
      suspected.map(({ invariant }) => invariant),
      options,
    );
    confirmed = new Map(again.map((looked) => [looked.invariant.number, looked]));
  }
  const examined = first.map(({ invariant: { number, sentence }, seconds, found }): Examined => {
    const second = confirmed.get(number);
    const { violations, rows } = second === undefined ? { violations: 0, rows: [] } : seenTwice(found, second.found);
    return { number, sentence, seconds: seconds + (second?.seconds ?? 0), violations, examples: rows.slice(0, examples).map(toFinding) };
  });
  return { ok: examined.every(({ violations }) => violations === 0), seconds: secondsSince(started), invariants: examined };
}

function byNumber(unsorted: readonly Invariant[]): readonly Invariant[] {
  return unsorted.toSorted((one, other) => one.number.localeCompare(other.number));
}

type Looked = { readonly invariant: Invariant; readonly seconds: number; readonly found: readonly FoundRow[] };

function look(database: Database, asked: readonly Invariant[], options: DoctorOptions): Promise<Looked[]> {
  const { retentionDays = 35, statementTimeoutMillis = 120_000 } = options;
  return withReader(database, { role: "stoa_read", snapshot: true, statementTimeoutMillis }, async (reader) => {
    const looked: Looked[] = [];
    for (const invariant of asked) {
      const started = performance.now();
      const found = await invariant.find(reader, { retentionDays });
      looked.push({ invariant, found, seconds: secondsSince(started) });
    }
    return looked;
  });
}

/** The rows of the second look that the first had too. Of more than the statements give, all that the second counts. */
function seenTwice(first: readonly FoundRow[], second: readonly FoundRow[]): { violations: number; rows: readonly FoundRow[] } {
  const all = second[0]?.found ?? 0;
  if (first.length === findingLimit && second.length === findingLimit) return { violations: all, rows: second };
  const seen = new Set(first.map(identityOf));
  const rows = second.filter((row) => seen.has(identityOf(row)));
  return { violations: rows.length, rows };
}

// Without the detail: a level that is wrong and moves on meanwhile is wrong with other numbers.
function identityOf({ ids }: FoundRow): string {
  return ids.join(" ");
}

function toFinding({ kinds, ids, detail }: FoundRow): Finding {
  return { rows: ids.map((id, index) => onTheWire(kinds[index], id)), detail };
}

// A kind that nobody knows is itself worth seeing: the id is shown as it is.
function onTheWire(kind: string | undefined, id: Uuid): string {
  return isKind(kind) ? toWireId<Prefix>(prefixes[kind], id as Id<Prefix>) : id;
}

function isKind(kind: string | undefined): kind is Kind {
  return kind !== undefined && Object.hasOwn(prefixes, kind);
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1_000;
}
