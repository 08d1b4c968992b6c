import { acceptingLocks, acceptOrder } from "../../src/flows/accept-order.ts";
import { loseShipment } from "../../src/flows/lose-shipment.ts";
import { sentShipmentLocks } from "../../src/flows/deliver-shipment.ts";
import { packingLocks, packShipment } from "../../src/flows/pack-shipment.ts";
import type { ApiKeyId, OrderId, SellerId, ShipmentId, Uuid } from "../../src/kernel/ids.ts";
import type { Transaction } from "../../src/platform/db/index.ts";
import type { LockKind } from "../../src/platform/db/index.ts";
import type { OrderMeans } from "../../src/flows/lifecycle-events.ts";
import { locationOf, sellerOf } from "../placing/planted-market.ts";

/** A shipment, and its order; of one line. */
export type TradedShipment = { readonly orderId: string; readonly shipmentId: string };

/** Shipments in three states: packed, on its way, lost. */
export type TradedShipments = { readonly packed: TradedShipment; readonly shipped: TradedShipment; readonly lost: TradedShipment };

/** How a seller of a traded market does something: in a transaction that locks these kinds, under a key of this operation. */
export type AsSeller = <T>(
  sellerId: string,
  operation: string,
  locks: readonly LockKind[],
  work: (tx: Transaction, idempotencyId: Uuid, keyId: ApiKeyId) => Promise<T>,
) => Promise<T>;

/** Accepts three orders, packs two units of each, ships two of these shipments and loses one. */
export async function tradeShipments(
  orders: readonly { readonly orderId: string; readonly sellerId: string }[],
  asSeller: AsSeller,
  circumstances: Omit<OrderMeans, "at" | "actor" | "idempotencyId">,
): Promise<TradedShipments> {
  const common = { ...circumstances, checkVersion: () => undefined };
  const traded: TradedShipment[] = [];
  for (const [index, order] of orders.entries()) {
    const [orderId, sellerId] = [order.orderId as OrderId, order.sellerId as SellerId];
    await asSeller(sellerId, "POST /v1/seller/orders/{id}/accept", acceptingLocks, (tx, idempotencyId, keyId) =>
      acceptOrder(tx, { ...common, orderId, sellerId, keyId, idempotencyId, acceptance: {}, reason: "" }),
    );
    const packed = await asSeller(sellerId, "POST /v1/seller/orders/{id}/shipments", packingLocks, (tx, idempotencyId, keyId) =>
      packShipment(tx, {
        ...{ ...common, orderId, sellerId, keyId, idempotencyId, carrier: null, tracking: null },
        locationId: locationOf(sellerId === sellerOf(0) ? 0 : 1),
        lines: [{ index: 0, lineNumber: 1, quantity: 2 }],
        ...(index === 0 ? {} : { send: {} }),
      }),
    );
    if (packed === undefined) throw new Error("the order was not packed");
    traded.push({ orderId, shipmentId: packed.shipment.shipmentId });
  }
  const [packed, shipped, lost] = traded;
  const seller = orders[2]?.sellerId;
  if (packed === undefined || shipped === undefined || lost === undefined || seller === undefined)
    throw new Error("three orders are needed");
  await asSeller(seller, "POST /v1/seller/shipments/{id}/lose", sentShipmentLocks, (tx, idempotencyId, keyId) =>
    loseShipment(tx, {
      ...{ ...common, shipmentId: lost.shipmentId as ShipmentId, reason: "not seen", idempotencyId },
      party: { kind: "seller", organisationId: seller as Uuid, keyId },
    }),
  );
  return { packed, shipped, lost };
}
