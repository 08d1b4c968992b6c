import Type, { type Static } from "typebox";
import { toRfc3339 } from "../../kernel/clock.ts";
import { type Id, type Prefix, prefixes, toWireId } from "../../kernel/ids.ts";
import { type Currency, money as moneyOf } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";
import { mostEntries, type TimelineEntry } from "../../views/order-timeline.ts";
import { example } from "../examples.ts";
import { closed, idOf, instant, listOf, signedMoney, text } from "../shapes.ts";

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const entry = closed({
  at: instant,
  subject: Type.Union([idOf("order"), idOf("shipment"), idOf("cancellation"), idOf("orderRequest"), idOf("hold")], {
    description: "The order itself, or what of it this happened to; its prefix tells which",
  }),
  event: text(30),
  from: Type.Union([text(30), Type.Null()], { description: "The state before; null at the birth, and for what has no states" }),
  to: orNull(text(30)),
  by: orNull(text(20)),
  cause: orNull(text(600)),
  amount: orNull(signedMoney),
});

/** What happened to an order and all that belongs to it, old to new; of a longer list the newest entries. */
export const timeline = listOf(entry, 0, mostEntries);

const prefixOf: Readonly<Record<TimelineEntry["kind"], Prefix>> = {
  order: prefixes.order,
  shipment: prefixes.shipment,
  cancellation: prefixes.cancellation,
  request: prefixes.orderRequest,
  hold: prefixes.hold,
};

/** A timeline as it is shown, to whomever: the parties are named, no key and no person. */
export function shownTimeline(entries: readonly TimelineEntry[], currency: Currency): Static<typeof timeline> {
  return entries.map(({ at, kind, id, event, from_state, to_state, actor_kind, cause, amount }) => ({
    at: toRfc3339(at),
    subject: toWireId(prefixOf[kind], id as Id<Prefix>),
    event,
    from: from_state || null,
    to: to_state,
    by: actor_kind,
    cause,
    amount: amount === null ? null : toWire(moneyOf(amount, currency)),
  }));
}

/** Of the order of the examples. */
export const timelineSample: Static<typeof timeline> = [
  {
    at: example.time,
    subject: example.order,
    event: "place",
    from: null,
    to: "confirmed",
    by: "company",
    cause: "placed",
    amount: null,
  },
];
