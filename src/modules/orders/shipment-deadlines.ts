import { addMillis, type Instant } from "../../kernel/clock.ts";
import { type Calendar, workingDeadline } from "../../kernel/working-days.ts";
import type { Deadline, DeadlineKey } from "../../platform/jobs/index.ts";
import type { OrderRules } from "./order-deadlines.ts";
import type { Shipment, ShipmentKey } from "./shipment.ts";

/** The kinds of the deadlines whose subject is a parcel. Their organisation is the seller. */
export const shipmentDeadlineKinds = { packed: "shipment_packed", loss: "shipment_loss", refusal: "shipment_refusal" } as const;

type Kind = (typeof shipmentDeadlineKinds)[keyof typeof shipmentDeadlineKinds];

const dayMillis = 24 * 60 * 60 * 1_000;

/** What a parcel waits for: to be sent, for its loss to be dealt with, to come back. Undefined when it waits for none of these. */
export function awaitedBy({ state, resolution }: Pick<Shipment, "state" | "resolution">): Kind | undefined {
  if (state === "packed") return shipmentDeadlineKinds.packed;
  if (state === "lost" && resolution === null) return shipmentDeadlineKinds.loss;
  return state === "refused" ? shipmentDeadlineKinds.refusal : undefined;
}

/** The deadline of a parcel that waits from now on: by its seller's calendar, or in days of 24 hours. */
export function shipmentDeadline(
  shipment: Shipment,
  { rules, calendar }: { readonly rules: OrderRules; readonly calendar: Calendar },
  at: Instant,
): Deadline | undefined {
  const kind = awaitedBy(shipment);
  if (kind === undefined) return undefined;
  return { ...deadlineKey(shipment, kind), dueAt: dueOf(kind, rules, calendar, at) };
}

/** Names a deadline of a parcel. */
export function deadlineKey({ sellerId, shipmentId }: ShipmentKey, kind: Kind): DeadlineKey {
  return { organisationId: sellerId, kind, subjectId: shipmentId };
}

function dueOf(kind: Kind, rules: OrderRules, calendar: Calendar, at: Instant): Instant {
  if (kind === shipmentDeadlineKinds.packed) return workingDeadline(at, rules.packedWorkingDays, calendar);
  if (kind === shipmentDeadlineKinds.loss) return workingDeadline(at, rules.lossWorkingDays, calendar);
  return addMillis(at, rules.refusalDays * dayMillis);
}
