import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { clientMillis, ConfigurationMistaken, configurationPage, drainMillis, readConfiguration, requestMillis } from "./index.ts";

function mistakesOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfiguration(environment);
  } catch (error) {
    if (error instanceof ConfigurationMistaken) return error.mistakes;
    throw error;
  }
  return [];
}

describe("the configuration", () => {
  test("is whole without any environment", () => {
    expect(readConfiguration({})).toMatchObject({
      databaseUrl: undefined,
      host: "127.0.0.1",
      port: 3000,
      environment: "development",
      prepared: true,
      lanes: 2,
      statementTimeoutMillis: 5_000,
      lockTimeoutMillis: 2_000,
      laneLockTimeoutMillis: 250,
    });
  });

  test("takes what the environment says, and counts an empty value as none", () => {
    const url = "postgresql://stoa:secret@db:5432/stoa";
    expect(readConfiguration({ DATABASE_URL: url, PORT: "0", DB_PREPARED: "off", LOG_LEVEL: "", PATH: "/bin" })).toMatchObject({
      databaseUrl: url,
      port: 0,
      prepared: false,
      logLevel: "info",
    });
  });

  test("names all mistakes in one message", () => {
    const environment = {
      PORT: "80800",
      STOA_LANES: "two",
      DB_PREPARED: "no",
      STOA_POOLSIZE: "3",
      HOST: "somewhere",
      METRICS_TOKEN: "short",
    };
    expect(() => readConfiguration(environment)).toThrow(/has 6 mistakes:\n {2}HOST .*\n/);
    expect(mistakesOf(environment)).toEqual([
      'HOST is to be an IP address or localhost, not "somewhere"',
      'PORT is to be a whole number from 0 to 65535, not "80800"',
      "METRICS_TOKEN is to have at least 16 characters",
      'DB_PREPARED is to be one of on, off, not "no"',
      'STOA_LANES is to be a whole number from 1 to 16, not "two"',
      "STOA_POOLSIZE is not known; STOA_POOL_SIZE is",
    ]);
  });

  test("leaves names alone that the project's own tools read", () => {
    expect(mistakesOf({ STOA_RACE_ROUNDS: "50" })).toEqual([]);
  });

  test("has a table of time-outs that nests", () => {
    expect(clientMillis).toBeGreaterThan(requestMillis);
    expect(drainMillis).toBeGreaterThan(requestMillis);
  });

  test.each(["mysql://stoa:hunter2@db/stoa", "hunter2"])("does not quote a connection string that it cannot read (%#)", (url) => {
    expect(mistakesOf({ DATABASE_URL: url })).toEqual(["DATABASE_URL is to be a URL like postgresql://user:password@host:5432/database"]);
  });

  test.each([
    ["STOA_QUEUE_WAIT_MILLIS", { STOA_QUEUE_WAIT_MILLIS: "15000" }],
    ["STOA_LOCK_TIMEOUT_MILLIS", { STOA_LOCK_TIMEOUT_MILLIS: "5000" }],
    ["STOA_LANE_LOCK_TIMEOUT_MILLIS", { STOA_LANE_LOCK_TIMEOUT_MILLIS: "2001" }],
    ["STOA_IDLE_IN_TRANSACTION_MILLIS", { STOA_IDLE_IN_TRANSACTION_MILLIS: "20000" }],
    ["DATABASE_OWNER_URL", { DATABASE_OWNER_URL: "postgresql://db/stoa" }],
    ["DATABASE_DIRECT_URL", { DATABASE_DIRECT_URL: "postgresql://db/stoa" }],
  ])("refuses %s where it does not fit the others", (name, environment) => {
    expect(mistakesOf(environment)).toEqual([expect.stringContaining(name)]);
  });

  test("is what docs/configuration.md says", () => {
    expect(readFileSync(new URL("../../../docs/configuration.md", import.meta.url), "utf8")).toBe(configurationPage());
  });
});
