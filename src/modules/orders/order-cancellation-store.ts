import { type SellerId, type ShipmentId, toWireId, type OrderId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import { type Reader, sql } from "../../platform/db/index.ts";
import type { JudgedDraws } from "./order-cancellation.ts";
import type { UnitsPacked } from "./order-refusals.ts";

type DrawsRefusal = Extract<JudgedDraws, { readonly ok: false }>["refusal"];

/**
 * Refuses units that may not be drawn; of packed ones it names the parcels that they are in.
 *
 * @throws Refused the refusal, always
 */
export async function refuseDraws(
  reader: Reader,
  order: { readonly sellerId: SellerId; readonly orderId: OrderId },
  refusal: DrawsRefusal,
): Promise<never> {
  if (refusal.code !== "units-packed") throw new Refused(refusal);
  const parcels = await reader.query(sql<{ shipment_id: ShipmentId }>`
    select distinct s.shipment_id
    from shipments s
      join shipment_lines l on l.seller_id = s.seller_id and l.shipment_id = s.shipment_id
    where s.seller_id = ${order.sellerId} and s.order_id = ${order.orderId} and s.state = 'packed'
      and l.line_number = any (${refusal.lines.map(({ line_number }) => line_number)}::integer[])
    order by s.shipment_id
    limit 100`);
  throw new Refused<UnitsPacked>({ ...refusal, shipments: parcels.map(({ shipment_id }) => toWireId("shp", shipment_id)) });
}
