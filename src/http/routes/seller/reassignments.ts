import { reassignLocks, reassignReservation } from "../../../flows/reassign-reservation.ts";
import { idInBody, idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf, integer, quantity } from "../../shapes.ts";
import { sampleLevel, shownOperation, writtenOperation } from "./stock-shapes.ts";

/** Moving what is reserved for an order to another location. */
export const sellerReassignmentOperations: readonly Operation[] = [
  operation({
    kind: "flow",
    method: "POST",
    status: 201,
    locks: reassignLocks,
    id: "seller.orders.reassign",
    path: "/orders/{id}/reassign",
    summary: "Have units of an order leave from another location in the country it is dispatched from",
    params: closed({ id: idOf("order") }),
    body: closed({ line_number: integer(1, 3_000), from: idOf("location"), to: idOf("location"), quantity }),
    response: writtenOperation,
    refusals: ["request-invalid", "unknown-reference", "dispatch-country-differs", "units-not-open", "stock-short"],
    example: {
      params: { id: example.order },
      body: { line_number: 1, from: example.location, to: example.secondLocation, quantity: 1 },
      response: {
        id: example.stockOperation,
        lines: [
          { ...sampleLevel, reserved: 52 },
          { ...sampleLevel, location: example.secondLocation, on_hand: 100, reserved: 1 },
        ],
        served: [],
      },
    },
    async work(tx, call) {
      const { line_number: lineNumber, quantity: units } = call.body;
      const written = await reassignReservation(tx, {
        ...call,
        ...{ orderId: idInPath("order", call.params.id), lineNumber, quantity: units },
        ...{ from: idInBody("location", call.body.from, "/from"), to: idInBody("location", call.body.to, "/to") },
      });
      return written === undefined ? refuseNotFound() : { body: shownOperation(written) };
    },
  }),
];
