import type { Instant } from "../../kernel/clock.ts";
import { toRfc3339 } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { SellerId } from "../../kernel/ids.ts";

/** Who bears it when a company does not pay: the seller, who is paid when the company has paid, or the operator. */
export type CreditRisk = "seller" | "operator";

/** What the operator has agreed with a seller. It counts for what is placed from then on. */
export type SellerContract = {
  readonly sellerId: SellerId;
  readonly creditRisk: CreditRisk;
  readonly version: number;
  /** Null as long as nothing else was agreed than what holds for every seller. */
  readonly changedAt: Instant | null;
};

/** The contract of a seller with whom nothing else was agreed. */
export function usualContract(sellerId: SellerId): SellerContract {
  return { sellerId, creditRisk: "seller", version: 1, changedAt: null };
}

/** A contract as answers, events and audit entries show it. */
export function shownContract({ sellerId, creditRisk, version, changedAt }: SellerContract) {
  return {
    seller: toWireId(prefixes.seller, sellerId),
    credit_risk: creditRisk,
    changed_at: changedAt === null ? null : toRfc3339(changedAt),
    version,
  };
}
