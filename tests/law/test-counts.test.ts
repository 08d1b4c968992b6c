import { expect, test } from "vitest";
import { addUp, type Run } from "../../tools/test-counts.ts";

const green: Run = { numPassedTests: 3, numFailedTests: 0, testResults: [{ name: "a", status: "passed", assertionResults: [{}, {}, {}] }] };
const red: Run = { numPassedTests: 1, numFailedTests: 2, testResults: [{ name: "a", status: "failed", assertionResults: [{}, {}, {}] }] };
const broken: Run = { numPassedTests: 0, numFailedTests: 0, testResults: [{ name: "a", status: "failed", assertionResults: [] }] };

test("the counts of several runs are added up", () => {
  expect(addUp([green, red])).toEqual({ passed: 4, failed: 2 });
});

test("a file that could not be loaded is a failure, although it holds no failed test", () => {
  expect(addUp([green, broken])).toEqual({ passed: 3, failed: 1 });
});

test("a run that wrote no counts is a failure", () => {
  expect(addUp([green, undefined])).toEqual({ passed: 3, failed: 1 });
});
