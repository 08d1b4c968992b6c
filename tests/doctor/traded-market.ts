import { createHash, randomFillSync } from "node:crypto";
import { adjustStock, lowerStockLocks } from "../../src/flows/adjust-stock.ts";
import { cancelOrder } from "../../src/flows/cancel-order.ts";
import { endingLocks } from "../../src/flows/cancel-units.ts";
import { expireCheckout } from "../../src/flows/expire-checkout.ts";
import { limitStock } from "../../src/flows/limit-stock.ts";
import { type PlaceCommand, placeCheckouts, placingLocks } from "../../src/flows/place-checkouts/index.ts";
import { receiptLocks, recordReceipt } from "../../src/flows/record-receipt.ts";
import type { Instant } from "../../src/kernel/clock.ts";
import { type ApiKeyId, createIdSource, type Uuid } from "../../src/kernel/ids.ts";
import { currency, minorUnits, money } from "../../src/kernel/money.ts";
import { quantity } from "../../src/kernel/quantity.ts";
import { receiveStock } from "../../src/modules/inventory/index.ts";
import { orderRules } from "../../src/modules/orders/index.ts";
import { createSettings, spineSettings } from "../../src/platform/settings/index.ts";
import { type LockKind, now, type Transaction, withFlowTransaction, withTransaction } from "../../src/platform/db/index.ts";
import { store } from "../../src/platform/idempotency/index.ts";
import { numberEvents } from "../../src/platform/outbox/index.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { companyOf, keyOf, locationOf, offerOf, plantMarket, sellerOf, plantedOrderRules } from "../placing/planted-market.ts";
import type { PlacedOrder } from "./placed-order.ts";
import { type AsOperator, plantOperator, type TradedPapers, tradePapers } from "./traded-papers.ts";
import { type AsSeller, type TradedShipments, tradeShipments } from "./traded-shipments.ts";

const newId = createIdSource((bytes) => randomFillSync(bytes));
const eur = currency("EUR");
const operatorId = "01900000-0007-7000-8000-000000000000" as Uuid;
const forever = 3_600_000;

/** Who acts in whose name. */
type Party = { readonly organisationId: Uuid; readonly keyId: ApiKeyId };

/** A market in which all kinds of things have happened, each by its own command and under its own key. */
export type TradedMarket = {
  readonly test: TestDatabase;
  /** On account, of one line each, confirmed; by different companies. */
  readonly orders: readonly PlacedOrder[];
  readonly cancelled: PlacedOrder;
  readonly pending: PlacedOrder;
  readonly paid: PlacedOrder;
  /** The line of the bank that paid it. */
  readonly receipt: string;
  /** Of one line, paid beforehand and not shipped. */
  readonly backed: PlacedOrder;
  readonly expired: PlacedOrder;
  readonly shipments: TradedShipments;
  readonly papers: TradedPapers;
};

/** Runs work under a key of its own, as the HTTP frame does: its answer is stored in the same transaction. */
async function underKey<T>(tx: Transaction, operation: string, party: Party, work: (idempotencyId: Uuid, at: Instant) => Promise<T>) {
  const at = await now(tx);
  const idempotencyId = newId(at);
  const result = await work(idempotencyId, at);
  const hash = createHash("sha256").update(idempotencyId).digest();
  const claim = { organisationId: party.organisationId, operation, keyHash: hash, fingerprint: hash };
  const answer = { status: 200, answeredAt: at, contentType: "application/json", body: Buffer.from("{}"), sealed: false };
  await store(tx, [{ claim, idempotencyId, principalId: party.keyId, answer }]);
  return result;
}

/** Trades on a planted market: places, cancels, pays, lets expire, ships, receives and adjusts stock, and numbers the events but for the last. */
export async function openTradedMarket(orderCount: number): Promise<TradedMarket> {
  const test = await openTestDatabase();
  // The owner plants and breaks; for everybody else row-level security stands.
  await test.owner(`do $$ declare guarded regclass; begin
    for guarded in select oid from pg_class where relforcerowsecurity loop
      execute format('alter table %s no force row level security', guarded);
    end loop;
  end $$`);
  await plantMarket(test, { sellers: 2, companies: 2, stock: [100, 100, 100, 100], limits: [10_000_000, 10_000_000], unitPrice: 1_050 });
  await plantOperator(test, operatorId);
  const flow = <T>(locks: readonly LockKind[], work: (tx: Transaction) => Promise<T>) =>
    withFlowTransaction(test.database, { role: "stoa_flow", locks }, work);

  let placings = 0;
  const place = (method: PlaceCommand["paymentMethod"], offers: readonly number[], payWithinMillis = forever): Promise<PlacedOrder> => {
    placings += 1;
    const party = { organisationId: companyOf(placings % 2), keyId: keyOf(placings % 2) };
    return flow(placingLocks, (tx) =>
      underKey(tx, "POST /v1/buyer/checkouts", party, async (idempotencyId) => {
        const command: PlaceCommand = {
          ...{
            companyId: companyOf(placings % 2),
            keyId: party.keyId,
            clientReference: `PO-${placings}`,
            currency: eur,
            paymentMethod: method,
          },
          lines: offers.map((offer) => ({ offerId: offerOf(offer), quantity: quantity(2) })),
          ...{
            deliveryAddress: null,
            deliveryAddressId: null,
            requestedOn: null,
            expectedTotal: null,
            replaces: null,
            idempotencyId,
            requestId: `req_${placings}`,
            traceparent: null,
          },
        };
        const rules = { mayPlace: () => true, payWithinMillis, orders: plantedOrderRules };
        const { outcomes, writes } = await placeCheckouts(tx, [command], { rules, newId });
        await tx.pipeline(writes);
        const [outcome] = outcomes;
        const order = outcome?.accepted === true ? outcome.placed.orders[0] : undefined;
        if (order === undefined) throw new Error(`not placed: ${JSON.stringify(outcome)}`);
        return { checkoutId: order.checkoutId, orderId: order.orderId, sellerId: order.sellerId };
      }),
    );
  };

  const rules = orderRules(createSettings(spineSettings));
  const circumstances = { requestId: "req_test", traceparent: null, newId, rules };
  const orders: PlacedOrder[] = [];
  for (let count = 0; count < orderCount; count += 1) orders.push(await place("on_account", [count % 4]));
  await place("on_account", [0, 1, 2]);
  const cancelled = await place("on_account", [1]);
  const seller = { organisationId: cancelled.sellerId as Uuid, keyId: keyOf(0) };
  await flow(endingLocks, (tx) =>
    underKey(tx, "POST /v1/seller/orders/{id}/cancel", seller, (idempotencyId) => {
      const party = { kind: "seller", ...seller } as const;
      const rest = { reason: "sold elsewhere", idempotencyId, checkVersion: () => undefined, ...circumstances };
      return cancelOrder(tx, {
        orderId: cancelled.orderId as PlacedOrder["orderId"] & Parameters<typeof cancelOrder>[1]["orderId"],
        party,
        ...rest,
      });
    }),
  );
  const paid = await place("bank_transfer", [2, 3]);
  const asOperator: AsOperator = (operation, locks, work) => {
    const principal = { organisationId: operatorId, keyId: keyOf(7) };
    return flow(locks, (tx) => underKey(tx, operation, principal, (idempotencyId) => work(tx, idempotencyId, principal)));
  };
  const receive = ({ checkoutId }: PlacedOrder, bankReference: string, amount: bigint) =>
    asOperator("POST /v1/operator/checkouts/{id}/receipts", receiptLocks, (tx, idempotencyId, { keyId }) =>
      recordReceipt(tx, {
        ...{ checkoutId: checkoutId as Parameters<typeof recordReceipt>[1]["checkoutId"], operatorId, keyId },
        ...{ bankReference, received: money(minorUnits(amount), eur), idempotencyId },
        ...circumstances,
      }),
    );
  const receipt = (await receive(paid, "BANK-1", 4_998n))?.lineId;
  if (receipt === undefined) throw new Error("a checkout that waits takes money");
  const expired = await place("bank_transfer", [0], 0);
  await flow(endingLocks, (tx) =>
    expireCheckout(tx, { checkoutId: expired.checkoutId as Parameters<typeof expireCheckout>[1]["checkoutId"], ...circumstances }),
  );
  const owner = { organisationId: sellerOf(0), keyId: keyOf(0) };
  const goods = { offer: offerOf(0), locationId: locationOf(0) };
  const asOwner = (idempotencyId: Uuid) => ({ principal: owner, requestId: "req_stock", traceparent: undefined, idempotencyId, newId });
  await withTransaction(test.database, { role: "stoa_application", organisation: sellerOf(0), locks: ["stock_level"] }, (tx) =>
    underKey(tx, "POST /v1/seller/stock/receipts", owner, (idempotencyId, at) =>
      receiveStock(tx, { ...asOwner(idempotencyId), now: at }, [{ ...goods, quantity: 7 }]),
    ),
  );
  const lowering = { rules, reason: "counted", shortfall: null };
  await flow(lowerStockLocks, (tx) =>
    underKey(tx, "POST /v1/seller/stock/adjustments", owner, (idempotencyId) =>
      adjustStock(tx, { ...asOwner(idempotencyId), ...lowering, lines: [{ ...goods, delta: -3 }] }),
    ),
  );
  await flow(lowerStockLocks, (tx) =>
    underKey(tx, "POST /v1/seller/stock/limits", owner, (idempotencyId) =>
      limitStock(tx, { ...asOwner(idempotencyId), ...lowering, lines: [{ ...goods, backorderLimit: 5, expectedOn: null }] }),
    ),
  );
  const asSeller: AsSeller = (sellerId, operation, locks, work) => {
    const party = { organisationId: sellerId as Uuid, keyId: keyOf(0) };
    return flow(locks, (tx) => underKey(tx, operation, party, (idempotencyId) => work(tx, idempotencyId, party.keyId)));
  };
  const sent = [await place("on_account", [0]), await place("on_account", [1]), await place("on_account", [2])];
  const shipments = await tradeShipments(sent, asSeller, circumstances);
  const backed = await place("bank_transfer", [3]);
  await receive(backed, "BANK-3", 2_499n);
  const prepaid = await place("bank_transfer", [0]);
  // What is too much becomes free.
  await receive(prepaid, "BANK-2", 2_599n);
  const first = [];
  for (let count = 0; count < 5; count += 1) first.push(await place("on_account", [2]));
  const papers = await tradePapers(
    test,
    { prepaid, first, second: await place("on_account", [1]) },
    { asSeller, asOperator },
    circumstances,
  );
  await withFlowTransaction(test.database, { role: "stoa_sequencer", locks: ["event_sequencer"] }, (tx) => numberEvents(tx, 1_000));
  const pending = await place("bank_transfer", [3]);
  return { test, orders, cancelled, pending, paid, receipt, backed, expired, shipments, papers };
}
