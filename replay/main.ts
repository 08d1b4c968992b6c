import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { actualTotals, heldUnits } from "./actual.ts";
import { type Api, expectStatus, openApi } from "./api.ts";
import { type Arguments, readArguments, usage } from "./arguments.ts";
import { expectedTotals } from "./expected.ts";
import { type Figures, shortageFigures, totalFigures } from "./figures.ts";
import type { History } from "./history.ts";
import { readOlist } from "./olist.ts";
import { readOnlineRetail } from "./online-retail.ts";
import { openMarket } from "./open-market.ts";
import { type Server, startOwnServer } from "./own-server.ts";
import { cancelOrders, placeOrders } from "./place-orders.ts";

type Replayed = {
  readonly figures: Figures;
  readonly excluded: Record<string, number>;
  readonly unaccounted: number;
  readonly placed: number;
  readonly seconds: number;
};

async function replay(history: History, server: Server, api: Api, { stock, concurrency, url }: Arguments): Promise<Replayed> {
  const run = url === undefined ? "" : `${process.pid.toString(36)}${Math.trunc(performance.timeOrigin).toString(36)}-`;
  const means = { api, operatorKey: server.operatorKey, run, stock, concurrency };
  const market = await openMarket(history, means);
  const placings = await placeOrders(history, market, means);
  const figures: Figures = {};
  if (stock !== undefined) Object.assign(figures, shortageFigures(history, market, placings, await heldUnits(history, market, means)));
  await cancelOrders(history, market, placings, means);
  const placedOrders = [...placings.placed.values()].map(({ order }) => order);
  // With stock for all, all of the history is expected; with less, what was placed has to be right to the unit.
  const expected = expectedTotals(stock === undefined ? history.orders : placedOrders, true);
  Object.assign(figures, totalFigures(history, expected, await actualTotals(history, market, placings, means)));
  const excluded: Record<string, number> = {};
  for (const [reason, count] of Object.entries(history.excluded)) excluded[`${history.name}.${reason}`] = count;
  for (const [reason, count] of Object.entries(placings.refused)) excluded[`${history.name}.refused.${reason}`] = count;
  const refused = Object.values(placings.refused).reduce((sum, count) => sum + count, 0);
  const apart = Object.values(history.excluded).reduce((sum, count) => sum + count, 0);
  const lost = history.orders.length - placings.placed.size - refused;
  return {
    figures,
    excluded,
    unaccounted: history.records - history.used - apart + lost,
    placed: placings.placed.size,
    seconds: placings.seconds,
  };
}

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2));
  const names = asked.only === undefined ? ["olist", "online-retail"] : [asked.only];
  for (const name of names) {
    if (existsSync(join(asked.data, name))) continue;
    process.stderr.write(`${join(asked.data, name)} is not there: nothing is replayed. --data names the folder of the histories.\n`);
    return 2;
  }
  const server =
    asked.url === undefined ? await startOwnServer() : { url: asked.url, operatorKey: asked.key ?? "", close: async () => undefined };
  const api = openApi(server.url, { retryAll: asked.retryAll, sockets: Math.max(32, asked.concurrency * 2) });
  const began = performance.now();
  try {
    const figures: Figures = {};
    const excluded: Record<string, number> = {};
    let [unaccounted, placed, placingSeconds] = [0, 0, 0];
    for (const name of names) {
      const history = name === "olist" ? readOlist(asked.data) : readOnlineRetail(asked.data);
      const replayed = await replay(history, server, api, asked);
      Object.assign(figures, replayed.figures);
      Object.assign(excluded, replayed.excluded);
      unaccounted += replayed.unaccounted;
      placed += replayed.placed;
      placingSeconds += replayed.seconds;
    }
    const doctor = expectStatus(await api.get(server.operatorKey, "/v1/operator/doctor"), 200);
    const result = {
      figures,
      excluded,
      unaccounted,
      seconds: rounded((performance.now() - began) / 1000),
      orders_per_second: rounded(placed / placingSeconds),
      writes: api.counts.writes,
      repeated_writes: api.counts.repeats,
      come_again: api.counts.comeAgain,
      doctor,
    };
    const unequal = Object.entries(figures).filter(([, { equal }]) => !equal);
    const text = `${JSON.stringify(result, null, 2)}\n`;
    if (asked.json === undefined) process.stdout.write(text);
    else writeFileSync(asked.json, text);
    for (const [name, { expected, actual }] of unequal) process.stderr.write(`${name}: expected ${expected}, actual ${actual}\n`);
    const right = unequal.length === 0 && unaccounted === 0 && doctor["ok"] === true;
    const summary = `${Object.keys(figures).length - unequal.length} of ${Object.keys(figures).length} figures equal`;
    process.stderr.write(`${summary}, ${unaccounted} unaccounted, doctor ${doctor["ok"] === true ? "clean" : "not clean"}\n`);
    return right ? 0 : 1;
  } finally {
    api.close();
    await server.close();
  }
}

function rounded(value: number): number {
  return Number(value.toFixed(1));
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
  process.exitCode = 1;
}
