import { audienceOf, type Operation, templateOf } from "../src/http/operation.ts";
import type { Caller } from "../tests/support/caller.ts";
import { operations } from "../tests/http/described-operations.ts";
import type { OneAndMany, Showroom } from "./showroom.ts";
import type { CountedRequest } from "./request-statements.ts";

/**
 * A request for each list of the API, by the id of its operation: each that takes a `limit`, each export, and each that is called one.
 * They are found in the table of routes, so a new list is counted, or stops the run until the
 * showroom has rows for it.
 */
export function listRequests(showroom: Showroom): ReadonlyMap<string, CountedRequest> {
  const found = operations.flatMap((operation): [string, CountedRequest][] => {
    const most = largestLimit(operation);
    if (operation.kind === "export") return [[operation.id, exportRequest(operation, showroom)]];
    if (most !== undefined) return [[operation.id, pageRequest(operation, most, showroom)]];
    return operation.id.endsWith(".list") ? [[operation.id, wholeRequest(operation, showroom)]] : [];
  });
  if (found.length === 0) throw new Error("no list was found");
  return new Map(found);
}

/** The most rows that a page of the operation may have; undefined when it takes no limit. */
function largestLimit(operation: Operation): number | undefined {
  return queryOf(operation).properties?.["limit"]?.maximum;
}

type Query = { readonly properties?: Readonly<Record<string, { readonly maximum?: number }>>; readonly required?: readonly string[] };

function queryOf({ query }: Operation): Query {
  return query ?? {};
}

function pageRequest(operation: Operation, most: number, showroom: Showroom): CountedRequest {
  const rows = Math.min(most, showroom.rows);
  const asked = queryOf(operation).required?.includes("q") === true ? "&q=showroom" : "";
  const path = pathOf(operation, showroom, "many");
  const page = (limit: number) => itemsOf(operation, `${path}?limit=${limit}${asked}`, showroom);
  return { one: page(1), many: page(rows), rows };
}

/** What is bounded by its nature comes whole. */
function wholeRequest(operation: Operation, showroom: Showroom): CountedRequest {
  const rows = operation.id.endsWith(".credit-accounts.list") ? showroom.currencies : showroom.rows;
  return { many: itemsOf(operation, pathOf(operation, showroom, "many"), showroom), rows };
}

function itemsOf(operation: Operation, path: string, showroom: Showroom): () => Promise<number> {
  return async () => (await callerOf(operation, showroom).get<{ items: unknown[] }>(path)).items.length;
}

/** An export has no limit: it is narrowed down to what there is one of, and to what there are many of. */
function exportRequest(operation: Operation, showroom: Showroom): CountedRequest {
  const { rows, sellers, companies, orders, locations, receiptCurrencies } = showroom;
  const filters: Readonly<Record<string, readonly [one: string, many: string]>> = {
    "operator.orders": [`company=${companies.one}`, `company=${companies.many}&seller=${sellers.many}`],
    "seller.orders": [`company=${companies.one}`, `company=${companies.many}`],
    "buyer.orders": [`seller=${sellers.one}`, `seller=${sellers.many}`],
    "seller.offers": ["sku=SHOWROOM-1", "q=showroom-"],
    "seller.stock": [`location=${locations.one}`, `location=${locations.many}`],
    "seller.movements": [`location=${locations.one}&kind=receive`, `location=${locations.many}&kind=receive`],
    "seller.price-list-prices": ["", ""],
    "operator.commission-statement-entries": ["", ""],
    "seller.commission-statement-entries": ["", ""],
    "operator.ledger-journal": [`currency=${receiptCurrencies.one}`, `currency=${receiptCurrencies.many}`],
  };
  const noun = operation.id.replace(/\.export$/, "");
  const ofAnOrder = [`order=${orders.oneShipment}`, `order=${orders.manyShipments}`] as const;
  const narrowed = /\.(shipments|invoices|credit-notes)$/.test(noun) ? ofAnOrder : filters[noun];
  if (narrowed === undefined) throw new Error(`how is ${operation.id} narrowed down to one row, and to ${rows}?`);
  const lines = (filter: string, which: "one" | "many") => async () => {
    const path = `${pathOf(operation, showroom, which)}?format=ndjson${filter === "" ? "" : `&${filter}`}`;
    const { status, body } = await callerOf(operation, showroom).send("GET", path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${body.toString("utf8")}`);
    return body.toString("utf8").split("\n").length - 1;
  };
  return { one: lines(narrowed[0], "one"), many: lines(narrowed[1], "many"), rows };
}

function callerOf(operation: Operation, { callers }: Showroom): Caller {
  return callers[audienceOf(operation)];
}

/** The path with the id of what the list is about, one with one row in it or one with many: the noun before it says what that is. */
function pathOf(operation: Operation, showroom: Showroom, which: "one" | "many"): string {
  const { sellers, companies, priceLists, commissionStatements, bankAccount } = showroom;
  const subjects: Readonly<Record<string, OneAndMany>> = {
    ...{ sellers, companies, "price-lists": priceLists, "commission-statements": commissionStatements },
    accounts: { one: bankAccount, many: bankAccount },
  };
  return templateOf(operation).replaceAll(/([\w-]+)\/\{\w+\}/g, (_, noun: string) => {
    const subject = subjects[noun];
    if (subject === undefined) throw new Error(`the list ${operation.id} is about one of ${noun}, and the showroom has none`);
    return `${noun}/${subject[which]}`;
  });
}
