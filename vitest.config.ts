import { defineConfig } from "vitest/config";

// .ci/run adds up the counts of several runs and reads them from here.
const countsFile = process.env["VITEST_COUNTS"];

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts", "src/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/fixtures/**"],
    globalSetup: ["tests/support/global-setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    reporters: countsFile === undefined ? ["default"] : ["default", ["json", { outputFile: countsFile }]],
  },
});
