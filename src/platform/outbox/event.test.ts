import { describe, expect, test } from "vitest";
import { instant } from "../../kernel/clock.ts";
import { createIdSource, toWireId } from "../../kernel/ids.ts";
import type { EventId, OrderId } from "../../kernel/ids.ts";
import { envelope, positioned } from "./event.ts";
import { eventsPage } from "./read.ts";

const newId = createIdSource((bytes) => crypto.getRandomValues(bytes));

describe("an event on the wire", () => {
  const eventId = newId<EventId>(1);
  const orderId = newId<OrderId>(1);
  const text = envelope(
    {
      eventId,
      subjectId: orderId,
      subjectType: "order",
      subjectVersion: 3,
      type: "order.cancelled",
      occurredAt: instant(1_700_000_000_123),
      requestId: "req_1",
    },
    '{"cause":"no \\"stock\\""}',
  );

  test("says what happened to which version of what, when, by which request, and its data", () => {
    expect(JSON.parse(text)).toEqual({
      id: toWireId("evt", eventId),
      type: "order.cancelled",
      subject: toWireId("ord", orderId),
      subject_version: 3,
      time: "2023-11-14T22:13:20.123Z",
      request_id: "req_1",
      data: { cause: 'no "stock"' },
    });
  });

  test("has its position in front, exactly, however large", () => {
    expect(positioned(9_007_199_254_740_993n, text)).toBe(`{"position":9007199254740993,${text.slice(1)}`);
    expect(JSON.parse(positioned(7n, text))).toMatchObject({ position: 7, subject_version: 3 });
  });

  test("stands on a page that says where to read on", () => {
    expect(JSON.parse(eventsPage({ items: [positioned(7n, text)], nextAfter: 7n }))).toMatchObject({
      items: [{ position: 7 }],
      next_after: 7,
    });
    expect(eventsPage({ items: [], nextAfter: 4n })).toBe('{"items":[],"next_after":4}');
  });
});
