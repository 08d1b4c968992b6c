import type { TestProject } from "vitest/node";
import { startSharedPostgres } from "./postgres.ts";

/** Brings up one PostgreSQL for the whole run and takes it away at the end, whatever the tests came to. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { postgres, remove } = await startSharedPostgres(process.env);
  project.provide("postgres", postgres);
  return remove;
}
