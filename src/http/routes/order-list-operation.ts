import Type from "typebox";
import { listOrders, listOrdersOfCompany, listOrdersOfSeller, type OrderFilters } from "../../views/order-lists.ts";
import { readOrderWaits } from "../../views/order-waits.ts";
import { now } from "../../platform/db/index.ts";
import { idInBody, momentInQuery } from "../call.ts";
import { list } from "../list.ts";
import type { Operation } from "../operation.ts";
import { closed, idOf, momentAsked, name, someOf } from "../shapes.ts";
import { type OrderAudience, partyOf } from "./order-operations.ts";
import { listedOrderSample } from "./order-samples.ts";
import { listedOrder, shownListedOrder } from "./order-shapes.ts";
import { orderStates } from "./order-states.ts";

const filters = closed({
  state: Type.Optional(someOf(orderStates)),
  seller: Type.Optional(idOf("seller")),
  company: Type.Optional(idOf("company")),
  reference: Type.Optional(name(64, "The company's own order number")),
  placed_from: Type.Optional(momentAsked),
  placed_before: Type.Optional(momentAsked),
});

type Query = {
  readonly state?: readonly (typeof orderStates)[number][];
  readonly seller?: string;
  readonly company?: string;
  readonly reference?: string;
  readonly placed_from?: string;
  readonly placed_before?: string;
};

/** The orders of an audience, new to old. */
export function listOrdersOperation(audience: OrderAudience): Operation {
  return list({
    id: `${audience}.orders.list`,
    path: "/orders",
    summary: "List orders",
    scope: audience === "operator" ? "operator" : "organisation",
    exports: true,
    filters,
    item: listedOrder,
    example: {
      query: { state: ["confirmed"] },
      item: { ...listedOrderSample, allowed_actions: audience === "seller" ? ["accept", "reject", "cancel"] : ["cancel"] },
    },
    rows: async (reader, call, window) => {
      const asked = filtersOf(call.query);
      const whose = call.principal.organisationId;
      const at = await now(reader);
      const party = partyOf(audience);
      if (audience === "buyer") {
        const rows = await listOrdersOfCompany(reader, whose, asked, window);
        const waits = await readOrderWaits(reader, rows);
        return rows.map((row) => ({ at: [row.checkout_id, row.seller_id], item: shownListedOrder(row, party, at, waits) }));
      }
      const rows = audience === "seller" ? await listOrdersOfSeller(reader, whose, asked, window) : await listOrders(reader, asked, window);
      const waits = await readOrderWaits(reader, rows);
      return rows.map((row) => ({ at: [row.order_id], item: shownListedOrder(row, party, at, waits) }));
    },
  });
}

function filtersOf({ state, seller, company, reference, placed_from, placed_before }: Query): OrderFilters {
  return {
    states: state,
    sellerId: seller === undefined ? undefined : idInBody("seller", seller, "/seller"),
    companyId: company === undefined ? undefined : idInBody("company", company, "/company"),
    reference,
    placedFrom: placed_from === undefined ? undefined : momentInQuery(placed_from, "/placed_from"),
    placedBefore: placed_before === undefined ? undefined : momentInQuery(placed_before, "/placed_before"),
  };
}
