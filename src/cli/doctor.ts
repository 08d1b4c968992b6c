import type { Database } from "../platform/db/index.ts";
import { type DoctorReport, runDoctor } from "../views/doctor/index.ts";

/**
 * `stoa doctor`: checks every invariant and prints what it found, as a table to read or as JSON.
 *
 * @returns whether all of them hold: the exit code is 0 then and 1 otherwise
 */
export async function doctor(
  database: Database,
  { json, print }: { readonly json: boolean; readonly print: (text: string) => void },
): Promise<boolean> {
  const report = await runDoctor(database);
  print(json ? JSON.stringify(report, undefined, 2) : readable(report));
  return report.ok;
}

function readable({ ok, seconds, invariants }: DoctorReport): string {
  const lines = invariants.flatMap(({ number, sentence, violations, examples }) => [
    `${violations === 0 ? "ok  " : "FAIL"} ${number}  ${sentence}`,
    ...examples.map(({ rows, detail }) => `         ${rows.join(" ")}: ${detail}`),
    ...(violations > examples.length ? [`         and ${violations - examples.length} more`] : []),
  ]);
  const broken = invariants.filter(({ violations }) => violations > 0).length;
  const end = ok ? `All ${invariants.length} invariants hold` : `${broken} of ${invariants.length} invariants do not hold`;
  return [...lines, `${end} (${Math.trunc(seconds * 1_000)} ms).`].join("\n");
}
