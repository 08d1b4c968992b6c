import Type from "typebox";
import { eventsPage, readEvents } from "../../platform/outbox/index.ts";
import { JsonText, type KeyedAudience } from "../call.ts";
import { example } from "../examples.ts";
import { type Operation, operation } from "../operation.ts";
import { closed, idOf, instant, integer, listOf, text, version } from "../shapes.ts";

const defaultLimit = 100;
const largestLimit = 1_000;
const position = integer(0, Number.MAX_SAFE_INTEGER, "Rises with each event; nothing new ever appears at or before one that was read");

const event = closed({
  id: idOf("event"),
  position,
  type: text(100, "`order.confirmed`"),
  subject: text(40),
  subject_version: version,
  time: instant,
  request_id: text(100),
  data: Type.Record(Type.String(), Type.Unknown(), { description: "What this reader may know of it, as it was at that time" }),
});

const sample = {
  id: example.event,
  position: 17,
  type: "order.confirmed",
  subject: example.order,
  subject_version: 1,
  time: example.time,
  request_id: "req_01k9zv3n7gfx1t0c5r2m8q4a7z",
  data: { order: example.order, checkout: example.checkout },
};

/** Reads what happened, as far as this audience may know it, in an order that never skips: `after` is the position read last. */
export function eventsOperation(audience: KeyedAudience): Operation {
  return operation({
    kind: "read",
    scope: audience === "operator" ? "operator" : "organisation",
    id: `${audience}.events.read`,
    path: "/events",
    summary: "Read events in the order of their positions",
    query: closed({
      after: Type.Optional(position),
      limit: Type.Optional(integer(1, largestLimit, `Events on a page; ${defaultLimit} unless told`)),
    }),
    response: closed({ items: listOf(event, 0, largestLimit), next_after: position }),
    refusals: [],
    example: { query: { after: 0, limit: 10 }, response: { items: [sample], next_after: 17 } },
    async read(reader, call) {
      const { after = 0, limit = defaultLimit } = call.query;
      const reads =
        audience === "operator"
          ? ({ kind: "operator" } as const)
          : ({ kind: "organisation", organisationId: call.principal.organisationId } as const);
      return { body: new JsonText(eventsPage(await readEvents(reader, reads, BigInt(after), limit))) };
    },
  });
}
