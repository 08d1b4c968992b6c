import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { roundsOf, type Attack } from "../invariants/attack.ts";
import { attacks } from "../invariants/attacks/index.ts";
import { openMarket, type Market } from "../support/market.ts";
import { startSharedPostgres } from "../support/postgres.ts";
import { openDatabaseStage, runDatabaseCell } from "./database-cells.ts";
import { cellsOf, openStage, runCell, scenarios, type Cell } from "./cells.ts";
import { paperScenarios } from "./paper-cells.ts";

const usage = `npm run chaos -- <suite> [--json <file>]

suites:
  cells    kill the server before and after every statement of placing, shipping, invoicing, crediting, cancelling and importing bank statements, start it again, send the same key
  database kill PostgreSQL before and after the COMMIT of every kind of write, send the same key until it is back
  races    every attack over HTTP against two server processes, --rounds 10000 of each
`;

type Report = { suite: string; passed: number; failed: number; seconds: number; findings: { name: string; findings: readonly string[] }[] };

const say = (line: string) => process.stdout.write(`${line}\n`);

function createReport(
  suite: string,
): Report & { add: (name: string, findings: readonly string[], seconds: number, place: string) => void } {
  const report: Report = { suite, passed: 0, failed: 0, seconds: 0, findings: [] };
  return Object.assign(report, {
    add: (name: string, findings: readonly string[], seconds: number, place: string) => {
      report.seconds += seconds;
      if (findings.length === 0) report.passed += 1;
      else {
        report.failed += 1;
        report.findings.push({ name, findings });
      }
      say(`${place} ${findings.length === 0 ? "ok  " : "FAIL"} ${name} (${seconds.toFixed(1)} s)`);
      for (const finding of findings) say(`    ${finding}`);
    },
  });
}

async function cells(adminUrl: string): Promise<Report> {
  const report = createReport("cells");
  const stage = await openStage(adminUrl);
  try {
    const all: Cell[] = [];
    for (const scenario of [...scenarios, ...paperScenarios]) all.push(...(await cellsOf(stage, scenario)));
    for (const [index, cell] of all.entries()) {
      const result = await runCell(stage, cell);
      report.add(result.cell, result.findings, result.seconds, `[${index + 1}/${all.length}]`);
    }
  } finally {
    await stage.market.close();
  }
  return report;
}

const roundsAtOnce = 500;

/** Leads an attack a few hundred rounds at a time and says how far it is. */
async function leadInParts(market: Market, attack: Attack, rounds: number): Promise<readonly string[]> {
  for (let done = 0; done < rounds; done += roundsAtOnce) {
    const findings = await attack.run(market, Math.min(roundsAtOnce, rounds - done));
    if (findings.length > 0) return findings;
    say(`    ${Math.min(done + roundsAtOnce, rounds)} of ${rounds} rounds`);
  }
  return [];
}

async function races(adminUrl: string, full: number): Promise<Report> {
  const report = createReport("races");
  const market = await openMarket({ servers: 2, adminUrl });
  try {
    for (const [index, attack] of attacks.entries()) {
      const began = performance.now();
      const rounds = roundsOf(attack, full);
      const findings = await leadInParts(market, attack, rounds);
      report.add(`${attack.sentence}: ${rounds} rounds`, findings, (performance.now() - began) / 1000, `[${index + 1}/${attacks.length}]`);
    }
  } finally {
    await market.close();
  }
  return report;
}

async function database(): Promise<Report> {
  const report = createReport("database");
  const stage = await openDatabaseStage();
  try {
    const kills = scenarios.flatMap((scenario) => (["before", "after"] as const).map((moment) => ({ scenario, moment })));
    for (const [index, { scenario, moment }] of kills.entries()) {
      const result = await runDatabaseCell(stage, scenario, moment);
      report.add(result.cell, result.findings, result.seconds, `[${index + 1}/${kills.length}]`);
    }
  } finally {
    await stage.close();
  }
  return report;
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "string" }, rounds: { type: "string", default: "10000" } },
});
const suites: Record<string, (adminUrl: string) => Promise<Report>> = {
  cells,
  database,
  races: (adminUrl) => races(adminUrl, Number(values.rounds)),
};
const suite = suites[positionals[0] ?? ""];
if (suite === undefined) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  const { postgres, remove } = await startSharedPostgres(process.env);
  try {
    const report = await suite(postgres.adminUrl);
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
    say(`${report.passed} passed, ${report.failed} failed`);
    process.exitCode = report.failed === 0 ? 0 : 1;
  } finally {
    await remove();
  }
}
