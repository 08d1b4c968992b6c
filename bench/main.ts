import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { big } from "./big.ts";
import { browse } from "./browse.ts";
import { missedBounds } from "./bounds.ts";
import { deadlines } from "./deadlines.ts";
import { furnish } from "./goods.ts";
import { invoices } from "./invoices.ts";
import { lifecycle } from "./lifecycle.ts";
import { openLoader } from "./loader.ts";
import { quotient } from "./statistics.ts";
import { fullSizes, type Sizes, smallSizes } from "./sizes.ts";
import { openStage } from "./stage.ts";
import { checkoutLines, createRandom } from "./lines.ts";
import { measure } from "./measure.ts";
import { type Bench, type Findings, hot, limit, place } from "./workloads.ts";

const usage = `npm run bench -- [place] [hot] [limit] [browse] [big] [deadlines] [lifecycle] [invoices]
    [--json <file>] [--seconds <n>] [--small] [--profile <folder>]

  place    1, 8, 32 and 128 buyers place checkouts of three lines of three sellers
  hot      the same with one offer in all of them; then an offer with less stock than demand
  limit    the statements of real batches from a script, straight against the database
  browse   product pages, searches and lists, with 1,000 and with 100,000 products
  big      a checkout of 1,000 lines, a seller of 100,000 offers, 2,000 sellers
  deadlines  5,000 orders that nobody accepted come due at once
  lifecycle  6,000 orders from placing to paid: accepted, shipped with their invoices, delivered, paid by bank statements
  invoices   1,000 orders of one seller shipped at once, with an invoice each

  --seconds   how long each figure is timed, default 4
  --small     a fraction of each size, to try it out: its figures say nothing
  --profile   where the servers write their processor profiles
`;

const workloads: Readonly<Record<string, (bench: Bench) => Promise<Findings>>> = {
  ...{ place, hot, limit, browse, big, deadlines, lifecycle, invoices },
};

type Doctor = { readonly ok: boolean; readonly violations: readonly unknown[]; readonly millis: number };

const say = (line: string): void => void process.stdout.write(`${line}\n`);

type Options = { readonly seconds: number; readonly sizes: Sizes; readonly profileFolder: string | undefined };

async function bench(names: readonly string[], { seconds, sizes, profileFolder }: Options): Promise<Record<string, unknown>> {
  const began = performance.now();
  const report: Record<string, unknown> = { processors: availableParallelism(), load_average_before: quotient(loadavg()[0] ?? 0, 1, 1) };
  const stage = await openStage(profileFolder);
  const loader = openLoader();
  try {
    let server = await stage.serve();
    say(`a market of ${sizes.goods.sellers * sizes.goods.offersOfEach} offers of ${sizes.goods.sellers} sellers`);
    const goods = await furnish(server, stage.operatorAt(server), sizes.goods);
    const lines = checkoutLines({ offers: goods.offers, sellers: 3, random: createRandom(3) });
    await measure({ stage, server, loader }, { buyers: goods.buyers.slice(0, 32), lines, seconds: Math.min(3, seconds) });
    // What autovacuum does within a minute, and a checkpoint, so that neither falls into what is measured.
    await stage.superuser.query("vacuum analyze");
    await stage.superuser.query("checkpoint");
    const means: Bench = {
      stage,
      goods,
      sizes,
      loader,
      server: () => server,
      stopServer: async () => void (await server.stop()),
      startServer: async () => {
        server = await stage.serve();
      },
      seconds,
      say,
    };
    const doctors: Doctor[] = [];
    for (const name of names) {
      Object.assign(report, await workloads[name]?.(means));
      const doctor = await stage.operatorAt(server).get<Doctor>("/v1/operator/doctor");
      say(`${name}: doctor ${doctor.ok ? "content" : JSON.stringify(doctor.violations)}, ${doctor.millis} ms`);
      doctors.push(doctor);
    }
    report["doctor"] = {
      ok: doctors.every(({ ok }) => ok),
      violations: doctors.flatMap(({ violations }) => violations),
      millis: doctors.reduce((sum, { millis }) => sum + millis, 0),
    };
  } finally {
    loader.close();
    await stage.close();
  }
  report["seconds"] = quotient(performance.now() - began, 1_000, 1);
  return report;
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    seconds: { type: "string", default: "4" },
    small: { type: "boolean", default: false },
    profile: { type: "string" },
  },
});
const names = positionals.length === 0 ? Object.keys(workloads) : positionals;
const seconds = Number(values.seconds);
if (names.some((name) => !Object.hasOwn(workloads, name)) || !(seconds >= 1 && seconds <= 600)) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  const sizes = values.small ? smallSizes : fullSizes;
  const report = await bench(names, { seconds, sizes, profileFolder: values.profile });
  const missed = missedBounds(report);
  for (const [name, value] of Object.entries(report)) say(`${name.padEnd(52)} ${JSON.stringify(value)}`);
  for (const sentence of missed) say(`MISSED: ${sentence}`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}
