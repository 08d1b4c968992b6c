import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { cruiseImports, importRules } from "../../tools/law.ts";

type Tree = Record<string, string>;

/** A small lawful house: every floor is there, and each import goes down. */
const lawful: Tree = {
  "src/kernel/money.ts": "export type Money = bigint;",
  "src/kernel/allocation.ts": 'import type { Money } from "./money.ts"; export const zero: Money = 0n;',
  "src/platform/db/index.ts": 'import pg from "pg"; import { zero } from "../../kernel/allocation.ts"; export const db = [pg, zero];',
  "src/platform/outbox/index.ts": 'import { db } from "../db/index.ts"; export const outbox = db;',
  "src/platform/outbox/relay.ts": 'import { outbox } from "./index.ts"; export const relay = outbox;',
  "src/modules/orders/index.ts": 'export { order } from "./order.ts";',
  "src/modules/orders/order.ts": 'import { outbox } from "../../platform/outbox/index.ts"; export const order = outbox;',
  "src/modules/inventory/index.ts": "export const stock = 1;",
  "src/modules/inventory/stock-level.ts": "export const level = 1;",
  "src/modules/invoices/index.ts": 'export { drawn } from "./pdf/render.ts";',
  "src/modules/invoices/pdf/render.ts": 'import { create } from "fontkit"; export const drawn = [create, import("pdfkit")];',
  "src/views/orders-list.ts": 'import { order } from "../modules/orders/index.ts"; export const list = order;',
  "src/flows/place.ts": 'import { list } from "../views/orders-list.ts"; export const place = list;',
  "src/http/server.ts": 'import fastify from "fastify"; import { place } from "../flows/place.ts"; export const server = [fastify, place];',
  "src/worker/sweep.ts": 'import { place } from "../flows/place.ts"; export const sweep = place;',
  "src/cli/doctor.ts": "export const doctor = 1;",
  "src/main.ts": 'import "./http/server.ts"; import "./worker/sweep.ts"; import "./cli/doctor.ts";',
  "sdk/client.ts": "export const client = 1;",
  "console/page.ts": 'import { client } from "../sdk/client.ts"; export const page = client;',
  "replay/olist.ts": "export const olist = 1;",
  "tests/specs/place.test.ts": 'import { place } from "../../src/flows/place.ts"; export const tested = place;',
  "tools/generate.ts": "export const generate = 1;",
  "node_modules/pg/package.json": '{"name":"pg","version":"1.0.0","main":"index.js"}',
  "node_modules/pg/index.js": "module.exports = 1;",
  "node_modules/fastify/package.json": '{"name":"fastify","version":"1.0.0","main":"index.js"}',
  "node_modules/fastify/index.js": "module.exports = 1;",
  "node_modules/pdfkit/package.json": '{"name":"pdfkit","version":"1.0.0","main":"index.js"}',
  "node_modules/pdfkit/index.js": "module.exports = 1;",
  "node_modules/fontkit/package.json": '{"name":"fontkit","version":"1.0.0","main":"index.js"}',
  "node_modules/fontkit/index.js": "module.exports = 1;",
  "package.json": '{"name":"house","type":"module","dependencies":{"pg":"1.0.0","fastify":"1.0.0","pdfkit":"1.0.0","fontkit":"1.0.0"}}',
};

/** One or more planted imports for each rule; every one of them has to be reported under that rule's name. */
const planted: Record<string, Tree[]> = {
  "kernel-imports-nothing": [
    { "src/kernel/money.ts": 'import { randomBytes } from "node:crypto"; export type Money = bigint; export const noise = randomBytes;' },
    { "src/kernel/money.ts": 'import type { db } from "../platform/db/index.ts"; export type Money = typeof db;' },
    { "src/kernel/money.ts": 'import pg from "pg"; export type Money = typeof pg;' },
  ],
  "platform-uses-only-the-kernel": [
    { "src/platform/outbox/relay.ts": 'import { stock } from "../../modules/inventory/index.ts"; export const relay = stock;' },
    { "src/platform/db/pool.ts": 'import type { doctor } from "../../cli/doctor.ts"; export type Pool = typeof doctor;' },
  ],
  "database-lies-below-platform": [
    { "src/platform/audit/index.ts": "export const audit = 1;", "src/platform/db/pool.ts": 'export { audit } from "../audit/index.ts";' },
  ],
  "platform-neighbours-stand-apart": [
    { "src/platform/audit/index.ts": 'import type { outbox } from "../outbox/index.ts"; export type Audit = typeof outbox;' },
    { "src/platform/lane.ts": 'export { outbox } from "./outbox/index.ts";' },
  ],
  "modules-use-only-floors-below": [
    { "src/modules/inventory/index.ts": 'export { list as stock } from "../../views/orders-list.ts";' },
    { "src/modules/inventory/index.ts": 'export { doctor as stock } from "../../cli/doctor.ts";' },
  ],
  "modules-do-not-talk": [
    { "src/modules/inventory/index.ts": 'export { order as stock } from "../orders/index.ts";' },
    { "src/modules/inventory/index.ts": 'import type { order } from "../orders/index.ts"; export type Stock = typeof order;' },
  ],
  "a-module-is-its-index": [
    { "src/flows/place.ts": 'export { level as place } from "../modules/inventory/stock-level.ts";' },
    { "src/worker/sweep.ts": 'import type { level } from "../modules/inventory/stock-level.ts"; export type Sweep = typeof level;' },
  ],
  "views-use-only-floors-below": [
    {
      "src/flows/cancel.ts": "export const cancel = 1;",
      "src/views/orders-list.ts": 'export { cancel as list } from "../flows/cancel.ts";',
    },
    { "src/views/orders-list.ts": 'export { doctor as list } from "../cli/doctor.ts";' },
  ],
  "flows-use-only-floors-below": [
    { "src/flows/cancel.ts": 'export { doctor as cancel } from "../cli/doctor.ts";' },
    {
      "src/http/problem.ts": "export const problem = 1;",
      "src/flows/cancel.ts": 'export { problem as cancel } from "../http/problem.ts";',
    },
  ],
  "siblings-stand-apart": [
    { "src/http/server.ts": 'export { sweep as server } from "../worker/sweep.ts";' },
    { "src/cli/doctor.ts": 'import type { server } from "../http/server.ts"; export type Doctor = typeof server;' },
  ],
  "nobody-imports-main": [{ "src/cli/serve.ts": 'import "../main.ts"; export const serve = 1;' }],
  // The circle is reported once, at whichever of its two ends is read first.
  "no-circles": [{ "src/kernel/money.ts": 'import type { zero } from "./allocation.ts"; export type Money = bigint | typeof zero;' }],
  "fastify-stays-in-http": [
    { "src/worker/sweep.ts": 'import type { FastifyRequest } from "fastify"; export type Sweep = FastifyRequest;' },
    { "src/platform/outbox/relay.ts": 'import fastify from "fastify"; export const relay = fastify;' },
  ],
  "the-driver-stays-in-the-database-room": [
    { "src/modules/orders/order.ts": 'import pg from "pg"; export const order = pg;' },
    { "src/http/server.ts": 'import type { Pool } from "pg"; export type Server = Pool;' },
  ],
  "pdf-is-drawn-in-one-room": [
    { "src/modules/invoices/document.ts": 'export const drawing = import("pdfkit");' },
    { "src/http/server.ts": 'import type { Font } from "fontkit"; export type Server = Font;' },
  ],
  "satellites-do-not-import-the-server": [
    { "sdk/client.ts": 'import type { Money } from "../src/kernel/money.ts"; export type Client = Money;' },
    { "console/page.ts": 'export { zero as page } from "../src/kernel/allocation.ts";' },
  ],
  "the-replay-shares-nothing-with-the-server": [{ "replay/olist.ts": 'export { zero as olist } from "../src/kernel/allocation.ts";' }],
  "production-does-not-import-its-tests": [{ "src/cli/doctor.ts": 'export { generate as doctor } from "../../tools/generate.ts";' }],
  "imports-resolve": [{ "src/cli/doctor.ts": 'export { nothing as doctor } from "./nowhere.ts";' }],
};

const folders = ["src", "sdk", "console", "replay", "tests", "tools"];
const houses: string[] = [];

function build(tree: Tree): string {
  const root = mkdtempSync(join(tmpdir(), "stoa-law-"));
  houses.push(root);
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

afterEach(() => {
  for (const house of houses.splice(0)) rmSync(house, { recursive: true });
});

test("a house whose imports all go down breaks no import rule", async () => {
  const cruise = await cruiseImports(build(lawful), folders);
  expect(cruise.violations).toEqual([]);
  expect(cruise.modules).toBe(Object.keys(lawful).filter((path) => path.endsWith(".ts")).length);
  expect(cruise.imports).toBeGreaterThan(15);
});

test("every import rule has a planted violation, and none is planted for a rule that is gone", () => {
  expect(Object.keys(planted).sort()).toEqual(importRules.map((rule) => rule.name).sort());
});

for (const rule of importRules) {
  test(`the import rule ${rule.name} reports each violation planted for it`, async () => {
    for (const plant of planted[rule.name] ?? []) {
      const { violations } = await cruiseImports(build({ ...lawful, ...plant }), folders);
      const reported = violations.filter((violation) => violation.rule === rule.name);
      expect(reported, JSON.stringify({ plant, violations })).not.toEqual([]);
      expect(Object.keys(plant).some((path) => reported[0]?.from === path || reported[0]?.to === path)).toBe(true);
    }
  });
}
