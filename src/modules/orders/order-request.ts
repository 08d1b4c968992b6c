import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, CompanyId, OrderId, OrderRequestId, SellerId, Uuid } from "../../kernel/ids.ts";
import type { OrderRequestState } from "./order-request-machine.ts";

/** What is asked: the seller may accept less or later, if the company consents; the company may cancel what is accepted, if the seller does. */
export type OrderRequestKind = "acceptance" | "cancellation";

/** Of an acceptance the units that would be delivered (0: none of this line), of a cancellation those that would be cancelled. */
export type OrderRequestLine = { readonly lineNumber: number; readonly quantity: number; readonly promisedOn: string | null };

/** A question of one party to the other about an order. */
export type OrderRequest = {
  readonly sellerId: SellerId;
  readonly requestId: OrderRequestId;
  readonly orderId: OrderId;
  readonly companyId: CompanyId;
  readonly kind: OrderRequestKind;
  readonly state: OrderRequestState;
  readonly version: number;
  /** In the words of who asks; empty when it said nothing. */
  readonly reason: string;
  /** The key of who asks. */
  readonly askedBy: ApiKeyId;
  /** The latest day of an acceptance; null of a cancellation. */
  readonly promisedOn: string | null;
  readonly askedAt: Instant;
  readonly answerBefore: Instant;
  readonly lines: readonly OrderRequestLine[];
};

/** A question that is about to be written. */
export type NewOrderRequest = Omit<OrderRequest, "state" | "version"> & { readonly idempotencyId: Uuid };

/** Who asks a question of this kind, and who answers it. */
export function partiesOf(kind: OrderRequestKind): { readonly asks: "seller" | "company"; readonly answers: "seller" | "company" } {
  return kind === "acceptance" ? { asks: "seller", answers: "company" } : { asks: "company", answers: "seller" };
}
