// Adds up the counts that vitest wrote in several runs and closes with them, alone on the last line.
// node tools/test-counts.ts FAILED_STEPS COUNTS.json… exits with 1 when anything failed or nothing passed.
import { existsSync, readFileSync } from "node:fs";

/** What vitest's JSON reporter says of a run, as far as it is used here. */
export interface Run {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { name: string; status: string; assertionResults: unknown[] }[];
}

/** Counts tests; a file that failed before it had a test is one failed test, and so is a run that wrote nothing. */
export function addUp(runs: readonly (Run | undefined)[]): { passed: number; failed: number } {
  let passed = 0;
  let failed = 0;
  for (const run of runs) {
    const broken = run?.testResults.filter(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0) ?? [];
    passed += run?.numPassedTests ?? 0;
    failed += run === undefined ? 1 : run.numFailedTests + broken.length;
  }
  return { passed, failed };
}

function readRun(path: string): Run | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Run) : undefined;
}

if (import.meta.main) {
  const [failedSteps = "0", ...paths] = process.argv.slice(2);
  const { passed, failed } = addUp(paths.map(readRun));
  // A step that failed without a failed test (a check, the replay) is red all the same.
  const red = failed > 0 ? failed : Number(failedSteps);
  process.stdout.write(`${passed} passed, ${red} failed\n`);
  process.exitCode = red > 0 || passed === 0 || Number(failedSteps) > 0 ? 1 : 0;
}
