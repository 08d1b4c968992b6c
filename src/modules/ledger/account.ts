import type { CheckoutId, CompanyId, Kind, SellerId, Uuid } from "../../kernel/ids.ts";

/**
 * The accounts of the books: for each kind the side on which it usually stands, and whose it is. There is one account for each kind, party,
 * subject and currency; a subject says what the money is bound to. The list is closed, by `ledger_accounts_kind_fits_party` too: a kind
 * stands here before anything is booked on it.
 */
export const ledgerAccountKinds = {
  bank: { side: "debit", party: "operator" },
  provider: { side: "debit", party: "operator" },
  provider_transit: { side: "debit", party: "operator" },
  provider_fees: { side: "debit", party: "operator" },
  disputed: { side: "debit", party: "operator" },
  unmatched: { side: "credit", party: "operator" },
  receivable: { side: "debit", party: "company" },
  customer_funds: { side: "credit", party: "company" },
  payable_pending: { side: "credit", party: "seller" },
  payable: { side: "credit", party: "seller" },
  payable_reserve: { side: "credit", party: "seller" },
  payout_clearing: { side: "credit", party: "operator" },
  commission: { side: "credit", party: "operator" },
  commission_tax: { side: "credit", party: "operator" },
  write_off: { side: "debit", party: "operator" },
  promotion: { side: "debit", party: "operator" },
  voucher_liability: { side: "credit", party: "operator" },
  rounding: { side: "debit", party: "operator" },
} as const satisfies Record<string, { readonly side: "debit" | "credit"; readonly party: "operator" | "company" | "seller" }>;

export type LedgerAccountKind = keyof typeof ledgerAccountKinds;

type KindOf<Party> = { [K in LedgerAccountKind]: (typeof ledgerAccountKinds)[K]["party"] extends Party ? K : never }[LedgerAccountKind];

/** What the money of an account is bound to: a checkout that it may settle alone, a line of a bank statement, a payout. */
export type LedgerSubject = { readonly type: Kind; readonly id: Uuid };

/** The name of an account within a currency. It is opened by the first transfer that names it. */
export type LedgerAccount = {
  readonly kind: LedgerAccountKind;
  readonly partyId: Uuid;
  readonly subject: LedgerSubject | undefined;
};

/** Stands where an account has no party or no subject: the operator's own accounts are nobody else's. */
export const nobody = "00000000-0000-0000-0000-000000000000" as Uuid;

/** An account of the operator's own. */
export function operatorAccount(kind: KindOf<"operator">, subject?: LedgerSubject): LedgerAccount {
  return { kind, partyId: nobody, subject };
}

/** What a company owes, or money of it that the operator holds: bound to the subject, or free without one. */
export function companyAccount(kind: KindOf<"company">, companyId: CompanyId, subject?: LedgerSubject): LedgerAccount {
  return { kind, partyId: companyId, subject };
}

/** Money of a company that was paid for one checkout and settles the invoices of no other. */
export function boundFunds(companyId: CompanyId, checkoutId: CheckoutId): LedgerAccount {
  return companyAccount("customer_funds", companyId, { type: "checkout", id: checkoutId });
}

/** What is owed to a seller: when its invoices are paid, now, or held back. */
export function sellerAccount(kind: KindOf<"seller">, sellerId: SellerId): LedgerAccount {
  return { kind, partyId: sellerId, subject: undefined };
}
