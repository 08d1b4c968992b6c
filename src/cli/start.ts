import type { Database } from "../platform/db/index.ts";
import type { IdSource } from "../kernel/ids.ts";
import { type DemoKeys, firstOrderLine, furnishDemoMarket, keepDemoKeys, readDemoKeys, type Send } from "./demo-market.ts";
import { makeOperator } from "./operator-init.ts";

export type DemoOptions = {
  /** Where demo-keys.json is kept. */
  readonly folder: string;
  readonly database: Database;
  readonly newId: IdSource;
  readonly send: Send;
};

/**
 * The demo market's keys: kept ones, or those of a market that is furnished now. Undefined on a database that has an operator whose key
 * is not kept here: that is no demo.
 */
export async function openDemoMarket({ folder, database, newId, send }: DemoOptions): Promise<DemoKeys | undefined> {
  const keep = (key: { readonly secret: string }) =>
    keepDemoKeys(folder, { operator: { key: key.secret }, sellers: [], companies: [], offers: [] });
  // The key is kept before the operator is committed; one that was kept and never committed is overwritten by the next attempt.
  const made = await makeOperator(database, { newId, keyName: "demo", keep });
  const kept = await readDemoKeys(folder);
  if (kept === undefined || (made === undefined && kept.offers.length > 0)) return kept;
  const furnished = await furnishDemoMarket(send, kept.operator.key);
  await keepDemoKeys(folder, furnished);
  return furnished;
}

/** What `stoa start` tells whoever started it. */
export function greeting(url: string, keys: DemoKeys | undefined): string {
  const lines = [
    `Stoa answers at ${url}`,
    "",
    `  reference   ${url}/docs`,
    `  document    ${url}/openapi.json`,
    `  health      ${url}/health/ready`,
    `  metrics     ${url}/metrics`,
    "",
  ];
  if (keys === undefined) return [...lines, "The first operator's key is made by: npm run stoa -- operator init", ""].join("\n");
  const party = ({ name, id, key }: DemoKeys["sellers"][number]): string => `  ${name.padEnd(26)} ${id}  ${key}`;
  return [
    ...lines,
    "A small demo market is open. Its keys (also in demo-keys.json beside the data; never use them for more than a first look):",
    "",
    `  ${"operator, admin".padEnd(26)} ${" ".repeat(30)}  ${keys.operator.key}`,
    ...keys.sellers.map(party),
    ...keys.companies.map(party),
    "",
    "A first order, of two sellers at once:",
    "",
    firstOrderLine(url, keys),
    "",
  ].join("\n");
}

/** Sends the demo market's writes to the server that was just started. */
export function sendTo(url: string): Send {
  return async (path, { method = "POST", key, idempotencyKey, body }) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json", "idempotency-key": idempotencyKey },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  };
}
