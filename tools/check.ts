// `npm run check` runs every check and names each with its time and how much it read; `npm run check -- law squawk` runs those alone.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { check as format } from "./checks/format.ts";
import { check as generated } from "./checks/generated.ts";
import { check as knip } from "./checks/knip.ts";
import { check as law } from "./checks/law.ts";
import { checks as lints } from "./checks/lints.ts";
import type { Check } from "./checks/outcome.ts";
import { check as oxlint } from "./checks/oxlint.ts";
import { check as sql } from "./checks/sql.ts";
import { check as squawk } from "./checks/squawk.ts";
import { check as typecheck } from "./checks/typecheck.ts";

const checks: readonly Check[] = [typecheck, format, oxlint, law, knip, ...lints, squawk, sql, generated];

/** `lint` stands for all lints of our own together. */
function chosen(names: readonly string[]): readonly Check[] {
  const wanted = new Set(names.flatMap((name) => (name === "lint" ? lints.map((lint) => lint.name) : [name])));
  const unknown = [...wanted].filter((name) => !checks.some((check) => check.name === name));
  if (unknown.length > 0)
    throw new Error(`no check is called ${unknown.join(", ")}; there are ${checks.map(({ name }) => name).join(", ")}`);
  return wanted.size === 0 ? checks : checks.filter(({ name }) => wanted.has(name));
}

async function runOne(check: Check, root: string): Promise<boolean> {
  const started = performance.now();
  const { read, unit, problems } = await check.run(root);
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(5);
  const all = read > 0 ? problems : ["it read nothing, so it has checked nothing", ...problems];
  process.stdout.write(`${all.length === 0 ? "ok  " : "FAIL"} ${check.name.padEnd(18)} ${seconds} s  ${read} ${unit}\n`);
  for (const problem of all) process.stdout.write(`       ${problem}\n`);
  return all.length === 0;
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const selected = chosen(process.argv.slice(2));
const failed: string[] = [];
for (const check of selected) {
  if (!(await runOne(check, root))) failed.push(check.name);
}
process.stdout.write(
  failed.length === 0
    ? `all ${selected.length} checks passed\n`
    : `${failed.length} of ${selected.length} checks failed: ${failed.join(", ")}\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
