import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expectStatus, openApi } from "./api.ts";
import { readArguments, usage } from "./arguments.ts";
import type { Figures } from "./figures.ts";
import { readOlist } from "./olist.ts";
import { readOnlineRetail } from "./online-retail.ts";
import { startOwnServer } from "./own-server.ts";
import { replayHistory } from "./replay-history.ts";
import { sampled } from "./shares.ts";

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
  const run = asked.url === undefined ? "" : `${process.pid.toString(36)}${Math.trunc(performance.timeOrigin).toString(36)}-`;
  const began = performance.now();
  try {
    const figures: Figures = {};
    const excluded: Record<string, number> = {};
    const clamped: Record<string, number> = {};
    let [unaccounted, placed, placingSeconds] = [0, 0, 0];
    for (const name of names) {
      const history = sampled(name === "olist" ? readOlist(asked.data) : readOnlineRetail(asked.data), asked.sample);
      const replayed = await replayHistory(history, { api, operatorKey: server.operatorKey, run, ...asked });
      Object.assign(figures, replayed.figures);
      Object.assign(excluded, replayed.excluded);
      Object.assign(clamped, replayed.clamped);
      unaccounted += replayed.unaccounted;
      placed += replayed.placed;
      placingSeconds += replayed.seconds;
    }
    const doctor = expectStatus(await api.get(server.operatorKey, "/v1/operator/doctor"), 200);
    const result = {
      figures,
      excluded,
      clamped,
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
