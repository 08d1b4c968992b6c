import type { CheckoutId, CompanyId, IdSource, InvoiceId, OrderId, OrderRequestId, RequestId, SellerId } from "../kernel/ids.ts";
import { prefixes, toWireId } from "../kernel/ids.ts";
import { endingLocks } from "../flows/cancel-units.ts";
import { expireCheckout } from "../flows/expire-checkout.ts";
import { type CancellingKind, cancelOverdueOrders } from "../flows/cancel-overdue-orders.ts";
import { expireOrderRequest, tellingLocks, tellOrderOverdue } from "../flows/order-deadline.ts";
import {
  announceDelivery,
  cancelOverduePacked,
  completeInTime,
  creditOverdueLoss,
  deliverByAssumption,
  type DueDeadline,
  shipmentDeadlineLocks,
  writeOffOverdueRefusal,
} from "../flows/ship-deadlines.ts";
import { sweepCompany } from "../flows/sweep-company.ts";
import { sweepSeller } from "../flows/sweep-seller.ts";
import { remindingLocks, tellOverdueInvoice } from "../flows/tell-overdue-invoice.ts";
import { tellOverdueCompanyReview } from "../flows/tell-overdue-company-review.ts";
import { tellOverdueSellerReview } from "../flows/tell-overdue-seller-review.ts";
import { categoryWordsDeadline, type PlaceOfProduct, sweepCategoryWords } from "../modules/catalog/index.ts";
import { paymentDeadline } from "../modules/checkouts/index.ts";
import { companyReviewDeadline, companySweepDeadline } from "../modules/companies/index.ts";
import { invoiceReminderDeadline, type ReminderRules } from "../modules/invoices/index.ts";
import { orderDeadlineKinds, type OrderRules, shipmentDeadlineKinds } from "../modules/orders/index.ts";
import { sellerReviewDeadline, sellerSweepDeadline } from "../modules/sellers/index.ts";
import { type Database, type LockKind, type Transaction, withFlowTransaction, withTransaction } from "../platform/db/index.ts";
import type { Deadline, DeadlineHandler, TogetherHandler } from "../platform/jobs/index.ts";
import type { PlaceOfOrder } from "../views/orders-of-party.ts";

/** The rows that a deadline of a seller or company locks, in the global order. */
const partyLocks: readonly LockKind[] = ["company", "seller", "deadline"];

/** The rows that giving products the words of their category locks, in the global order. */
const categoryLocks: readonly LockKind[] = ["category", "product", "deadline"];

/** Of how many walks of several transactions a process knows where it stands. */
const mostPlaces = 1_000;

/** What the handlers of deadlines act with. */
export type DeadlineMeans = {
  readonly database: Database;
  readonly newId: IdSource;
  readonly rules: OrderRules;
  readonly reminders: ReminderRules;
};

type Told = { readonly requestId: string; readonly traceparent: null; readonly newId: IdSource; readonly rules: OrderRules };

/** How many orders are cancelled in one transaction: few enough that nobody waits long for the stock they hold. */
const ordersTogether = 25;

/** What is done about each kind of deadline: in a transaction of its own, in several one after the other, or `together` with others. */
export type Handlers = {
  readonly handlers: Readonly<Record<string, DeadlineHandler>>;
  readonly together: Readonly<Record<string, TogetherHandler>>;
};

export function deadlineHandlers({ database, newId, rules, reminders }: DeadlineMeans): Handlers {
  // Names what is done in events and log lines.
  const tellOf = ({ dueAt }: Deadline): Told => {
    return { requestId: toWireId(prefixes.request, newId<RequestId>(dueAt)), traceparent: null, newId, rules };
  };
  const inFlow =
    (locks: readonly LockKind[], act: (tx: Transaction, deadline: Deadline, told: Told) => Promise<"done" | "busy">): DeadlineHandler =>
    (deadline) =>
      withFlowTransaction(database, { role: "stoa_flow", locks }, async (tx) => act(tx, deadline, tellOf(deadline)));
  // Where a process stands is nobody's but its own: another one that comes between goes through it from the front and finds done what was done.
  const inTurn = <Place extends object>(
    act: (deadline: Deadline, after: Place | undefined) => Promise<"done" | "busy" | Place>,
  ): DeadlineHandler => {
    const places = new Map<string, Place>();
    return async (deadline) => {
      const walk = `${deadline.subjectId} ${deadline.dueAt}`;
      const outcome = await act(deadline, places.get(walk));
      if (outcome === "busy") return "busy";
      places.delete(walk);
      if (outcome === "done") return "done";
      places.set(walk, outcome as Place);
      // Of a walk that another process ended nobody says so here.
      if (places.size > mostPlaces) places.delete(places.keys().next().value ?? "");
      return "more";
    };
  };
  const ofParty = (
    act: (tx: Transaction, deadline: Deadline, after: PlaceOfOrder | undefined) => Promise<"done" | "busy" | PlaceOfOrder>,
  ) =>
    inTurn<PlaceOfOrder>((deadline, after) =>
      withFlowTransaction(database, { role: "stoa_flow", locks: partyLocks }, (tx) => act(tx, deadline, after)),
    );
  const { acceptance, late, shipEnd, suspended, request, deliveryNotice, delivery, completion } = orderDeadlineKinds;
  const cancelAll = (kind: CancellingKind) => async (deadlines: readonly Deadline[]) => {
    const [first] = deadlines;
    if (first === undefined) return [];
    const orderIds = deadlines.map(({ subjectId }) => subjectId as OrderId);
    const outcomes = await withFlowTransaction(database, { role: "stoa_flow", locks: endingLocks }, (tx) =>
      cancelOverdueOrders(tx, kind, { ...tellOf(first), orderIds }),
    );
    return orderIds.map((orderId) => outcomes.get(orderId) ?? "busy");
  };
  const cancels =
    (kind: CancellingKind): DeadlineHandler =>
    async (deadline) =>
      (await cancelAll(kind)([deadline]))[0] ?? "busy";
  const together = Object.fromEntries(
    [acceptance, shipEnd, suspended].map((kind) => [kind, { most: ordersTogether, act: cancelAll(kind) }]),
  );
  const ofShipping = (act: (tx: Transaction, command: DueDeadline) => Promise<"done" | "busy">) =>
    inFlow(shipmentDeadlineLocks, (tx, deadline, told) => act(tx, { ...told, deadline }));
  const handlers = {
    [invoiceReminderDeadline]: inFlow(remindingLocks, (tx, { subjectId }, told) =>
      tellOverdueInvoice(tx, { ...told, reminders, invoiceId: subjectId as InvoiceId }),
    ),
    [deliveryNotice]: ofShipping(announceDelivery),
    [delivery]: ofShipping(deliverByAssumption),
    [completion]: ofShipping(completeInTime),
    [shipmentDeadlineKinds.packed]: ofShipping(cancelOverduePacked),
    [shipmentDeadlineKinds.loss]: ofShipping(creditOverdueLoss),
    [shipmentDeadlineKinds.refusal]: ofShipping(writeOffOverdueRefusal),
    [paymentDeadline]: inFlow(endingLocks, (tx, { subjectId }, told) =>
      expireCheckout(tx, { ...told, checkoutId: subjectId as CheckoutId }),
    ),
    [acceptance]: cancels(acceptance),
    [shipEnd]: cancels(shipEnd),
    [suspended]: cancels(suspended),
    [late]: inFlow(tellingLocks, (tx, { organisationId, subjectId }, told) =>
      tellOrderOverdue(tx, { ...told, sellerId: organisationId as SellerId, orderId: subjectId as OrderId }),
    ),
    [sellerReviewDeadline]: inFlow(partyLocks, (tx, { subjectId }, told) =>
      tellOverdueSellerReview(tx, { ...told, sellerId: subjectId as SellerId }),
    ),
    [companyReviewDeadline]: inFlow(partyLocks, (tx, { subjectId }, told) =>
      tellOverdueCompanyReview(tx, { ...told, companyId: subjectId as CompanyId }),
    ),
    [sellerSweepDeadline]: ofParty((tx, { subjectId }, after) => sweepSeller(tx, subjectId as SellerId, { after })),
    [companySweepDeadline]: ofParty((tx, { subjectId }, after) => sweepCompany(tx, subjectId as CompanyId, { after })),
    [categoryWordsDeadline]: inTurn<PlaceOfProduct>((deadline, after) =>
      withTransaction(database, { role: "stoa_operator", locks: categoryLocks }, (tx) => sweepCategoryWords(tx, deadline, { after })),
    ),
    [request]: inFlow(tellingLocks, (tx, { subjectId }, told) => expireOrderRequest(tx, { ...told, id: subjectId as OrderRequestId })),
  };
  return { handlers, together };
}
