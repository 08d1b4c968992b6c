import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, IdSource, Kind, Uuid } from "../../kernel/ids.ts";
import type { Currency } from "../../kernel/money.ts";
import type { LedgerAccount } from "./account.ts";

/** The facts that are booked, in the order in which money takes its way. */
export const ledgerTransactionKinds = [
  "payment_captured",
  "receipt_booked",
  "receipt_undone",
  "receipt_unmatched",
  "unmatched_assigned",
  "unmatched_returned",
  "invoice_issued",
  "commission_charged",
  "invoice_settled",
  "settlement_undone",
  "payable_released",
  "credit_note_issued",
  "commission_reversed",
  "refund_sent",
  "dispute_opened",
  "dispute_won",
  "dispute_lost",
  "provider_paid_out",
  "provider_topped_up",
  "reserve_held",
  "reserve_given_back",
  "payout_started",
  "payout_paid",
  "payout_failed",
  "provider_fee_charged",
  "provider_fee_passed_on",
  "seller_repaid",
  "seller_debt_given_up",
  "invoice_written_off",
  "voucher_used",
  "amount_rounded",
] as const;

export type LedgerTransactionKind = (typeof ledgerTransactionKinds)[number];

/** An amount in minor units, never negative, from one account to another. One of 0 moves nothing and is left out. */
export type LedgerTransfer = { readonly debit: LedgerAccount; readonly credit: LedgerAccount; readonly amount: bigint };

/**
 * One fact, booked once: kind and business key name it for ever. `document` is the record that it rests on (invariant M8), `cause` says in
 * one word why. A fact of nothing has no transfers, and is booked all the same.
 */
export type LedgerTransaction = {
  readonly kind: LedgerTransactionKind;
  readonly businessKey: string;
  readonly currency: Currency;
  readonly document: { readonly type: Kind; readonly id: Uuid };
  readonly cause: string;
  readonly transfers: readonly LedgerTransfer[];
};

/** Who made a fact true: a member of an organisation by its key, a deadline that came, the payment provider. */
export type LedgerActor =
  | { readonly kind: "company" | "seller" | "operator"; readonly id: ApiKeyId }
  | { readonly kind: "deadline" | "provider"; readonly id: null };

/** What all transactions of one booking share. */
export type BookedBy = { readonly at: Instant; readonly actor: LedgerActor; readonly newId: IdSource };
