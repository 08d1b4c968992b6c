import { randomBytes, webcrypto } from "node:crypto";
import { createCompany } from "../../src/flows/create-company.ts";
import { createSeller } from "../../src/flows/create-seller.ts";
import { type ApiKeyId, createIdSource, type SellerId, type Uuid } from "../../src/kernel/ids.ts";
import { createProduct, type OfferRow, upsertOffers } from "../../src/modules/catalog/index.ts";
import { initialiseOperator, setOperatorProfile } from "../../src/modules/identity/index.ts";
import { addLocation, receiveStock } from "../../src/modules/inventory/index.ts";
import { type Refusal, Refused } from "../../src/kernel/refusal.ts";
import {
  type LockKind,
  now,
  type Statement,
  type Transaction,
  withFlowTransaction,
  withReader,
  withTransaction,
} from "../../src/platform/db/index.ts";
import type { TestDatabase } from "../support/database.ts";

/** Ids as the application makes them. */
export const newId = createIdSource((bytes) => webcrypto.getRandomValues(bytes));

/** Somebody who acts on the database without HTTP: each `act` is a transaction of its own under the role of their tree. */
export type Acting = {
  readonly organisationId: Uuid;
  act<T>(work: (tx: Transaction, actor: Actor) => Promise<T>): Promise<T>;
  /** The same for work that spans organisations. */
  flow<T>(work: (tx: Transaction, actor: Actor) => Promise<T>): Promise<T>;
};

export type Actor = Awaited<ReturnType<typeof actorOf>>;

async function actorOf(tx: Transaction, organisationId: Uuid, keyId: ApiKeyId) {
  const at = await now(tx);
  return { principal: { organisationId, keyId }, requestId: "req_test", traceparent: undefined, idempotencyId: newId(at), now: at, newId };
}

const locks: readonly LockKind[] = ["member", "category", "product", "offer", "price_list", "stock_level", "credit_account"];

const flowLocks: readonly LockKind[] = ["checkout", "order", "shipment", "reservation", "stock_level", "credit_account", "deadline"];

function acting(test: TestDatabase, organisationId: Uuid, keyId: ApiKeyId, operator: boolean): Acting {
  const scope = operator
    ? ({ role: "stoa_operator", locks } as const)
    : ({ role: "stoa_application", organisation: organisationId, locks } as const);
  return {
    organisationId,
    act: (work) => withTransaction(test.database, scope, async (tx) => work(tx, await actorOf(tx, organisationId, keyId))),
    flow: (work) =>
      withFlowTransaction(test.database, { role: "stoa_flow", locks: flowLocks }, async (tx) =>
        work(tx, await actorOf(tx, organisationId, keyId)),
      ),
  };
}

/** Makes the operator; `key` is its first admin's. */
export async function openOperator(test: TestDatabase) {
  const made = await withTransaction(test.database, { role: "stoa_operator" }, async (tx) =>
    initialiseOperator(tx, { requestId: "req_test", now: await now(tx), newId, keyName: "first" }),
  );
  if (made === undefined) throw new Error("there was an operator already");
  const operator = acting(test, made.operatorId, made.key.keyId, true);
  const facts = { taxNumber: "DE811111117", registrationNumber: null, iban: "DE02120300000000202051", bic: null };
  const papers = { accountHolder: "Stoa", seriesPrefix: "STOA", timeZone: "UTC" };
  await operator.act((tx, actor) => setOperatorProfile(tx, actor, { name: "Stoa", address, ...facts, ...papers }, () => undefined));
  return { ...operator, key: made.key };
}

export const address = { street: "Hafenstr. 1", city: "Hamburg", postal_code: "20457", country: "DE" };
export const contact = { name: "Kim Meyer", email: "kim@example.com" };

/** Adds a seller and gives whoever acts for it. */
export async function openSeller(test: TestDatabase, operator: Acting, name = "Nordwind") {
  const facts = { taxNumber: "DE123456789", mandate: true, seriesPrefix: randomBytes(4).toString("hex").toUpperCase(), activate: true };
  const { sellerId } = await operator.act((tx, actor) => createSeller(tx, actor, { name, address, contact, ...facts }));
  return acting(test, sellerId, newId<ApiKeyId>(1), false);
}

/** Adds a company. */
export async function openCompany(operator: Acting, name = "Werft") {
  return operator.act((tx, actor) => createCompany(tx, actor, { name, address, contact, activate: true }));
}

/** A row of a bulk upsert: 10.00 EUR each. */
export function offerRow(reference: string, sku: string, changes: Partial<OfferRow> = {}): OfferRow {
  const unitPrice = { amount: 1000, currency: "EUR" };
  return { reference, sku, currency: "EUR", unitPrice, pricePer: 1, minimum: 1, step: 1, tiers: [], taxCategory: "standard", ...changes };
}

/** A seller with a location and offers of one variant each that is new. */
export async function openStockedSeller(test: TestDatabase, operator: Acting, units: readonly number[]) {
  const name = randomBytes(4).toString("hex");
  const seller = await openSeller(test, operator, name);
  const skus = units.map((_, index) => `${name}-${index}`);
  await operator.act((tx, actor) =>
    createProduct(tx, actor, { title: name, variants: skus.map((sku) => ({ sku, title: sku, unit: "C62", attributes: {} })) }),
  );
  const location = await seller.act((tx, actor) => addLocation(tx, actor, { name: "Main", country: "DE" }));
  const rows = await seller.act((tx, actor) =>
    upsertOffers(
      tx,
      actor,
      skus.map((sku) => offerRow(sku, sku)),
    ),
  );
  const offers = rows.map((row) => {
    if (!row.ok) throw new Error(row.detail);
    return row.offer.offerId;
  });
  const lines = offers.flatMap((offer, index) => {
    const quantity = units[index] ?? 0;
    return quantity === 0 ? [] : [{ offer, locationId: location.locationId, quantity }];
  });
  if (lines.length > 0) await seller.act((tx, actor) => receiveStock(tx, actor, lines));
  return { seller, sellerId: seller.organisationId as SellerId, locationId: location.locationId, offers, skus };
}

/** Looks at everything, under the role of the doctor. */
export function look<Row>(test: TestDatabase, statement: Statement<Row>): Promise<readonly Row[]> {
  return withReader(test.database, { role: "stoa_read" }, (reader) => reader.query(statement));
}

/** The refusals among the outcomes, and how many succeeded. Anything else that was thrown is thrown again. */
export function sorted<T>(outcomes: readonly PromiseSettledResult<T>[]): {
  readonly done: readonly T[];
  readonly refused: readonly Refusal[];
} {
  const done: T[] = [];
  const refused: Refusal[] = [];
  for (const outcome of outcomes) {
    if (outcome.status === "fulfilled") done.push(outcome.value);
    else if (outcome.reason instanceof Refused) refused.push(outcome.reason.refusal);
    else throw outcome.reason;
  }
  return { done, refused };
}

/** How many statements the work sent, `begin` and `commit` included. */
export async function statementsOf(test: TestDatabase, work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const end = test.database.observe(() => {
    count += 1;
  });
  await work();
  end();
  return count;
}

/** How many transactions of this database wait for a lock that another holds. */
export async function blocked(test: TestDatabase): Promise<number> {
  const [waiting] = await test.owner<{ count: number }>(
    `select count(distinct l.pid)::integer as count
     from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where a.datname = current_database() and not l.granted`,
  );
  return waiting?.count ?? 0;
}
