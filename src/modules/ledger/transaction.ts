import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, IdSource, Kind, Uuid } from "../../kernel/ids.ts";
import type { Currency } from "../../kernel/money.ts";
import type { LedgerAccount } from "./account.ts";

/**
 * The facts that are booked. A kind comes with what books it and with what doctor asks of its record (invariant M8, which takes a transaction
 * of any other kind for one without a record); a CHECK beside it would be a lock on the books for each new kind.
 */
export const ledgerTransactionKinds = [
  "receipt_booked",
  "receipt_undone",
  "unmatched_assigned",
  "unmatched_sent_back",
  "funds_settled",
  "funds_freed",
  "funds_sent_back",
  "invoice_issued",
  "invoice_rounded",
  "invoice_written_off",
  "write_off_undone",
  "commission_charged",
  "commission_reversed",
  "credit_note_issued",
] as const;

export type LedgerTransactionKind = (typeof ledgerTransactionKinds)[number];

/** An amount in minor units, never negative, from one account to another. One of 0 moves nothing and is left out. */
export type LedgerTransfer = { readonly debit: LedgerAccount; readonly credit: LedgerAccount; readonly amount: bigint };

/**
 * One fact, booked once: kind and business key name it for ever. `record` is what it rests on (invariant M8), `cause` says in
 * one word why. A fact of nothing has no transfers, and is booked all the same.
 */
export type LedgerTransaction = {
  readonly kind: LedgerTransactionKind;
  readonly businessKey: string;
  readonly currency: Currency;
  readonly record: { readonly type: Kind; readonly id: Uuid };
  readonly cause: string;
  readonly transfers: readonly LedgerTransfer[];
};

/** Who made a fact true: a member of an organisation by its key, a deadline that came, the payment provider. */
export type LedgerActor =
  | { readonly kind: "company" | "seller" | "operator"; readonly id: ApiKeyId }
  | { readonly kind: "deadline" | "provider"; readonly id: null };

/** What all transactions of one booking share. */
export type BookedBy = { readonly at: Instant; readonly actor: LedgerActor; readonly newId: IdSource };
