import { defineConfig } from "vitest/config";

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
    reporters: process.env["CI"] === "true" ? ["default", "json"] : ["default"],
    ...(process.env["CI"] === "true" ? { outputFile: { json: process.env["VITEST_JSON"] ?? ".data/vitest.json" } } : {}),
  },
});
