import { isIP } from "node:net";

/** A mistake in how Stoa was called or configured; the message is for people, and the exit code 1. */
export class Misconfigured extends Error {
  override readonly name = "Misconfigured";
}

export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** What the environment says, with defaults for what it does not. */
export type Configuration = {
  /** Undefined: the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** Undefined: the same as `databaseUrl`. */
  readonly ownerUrl: string | undefined;
  readonly prepared: boolean;
  readonly poolSize: number;
  readonly operatorPoolSize: number;
  readonly lanes: number;
  readonly host: string;
  readonly port: number;
  readonly logLevel: (typeof logLevels)[number];
  readonly metricsToken: string | undefined;
  readonly dataDirectory: string | undefined;
};

type Variable<Value> = {
  readonly name: string;
  readonly fallback: Value;
  readonly shownFallback: string;
  readonly what: string;
  /** @returns the value, or the sentence that says what is wrong */
  readonly read: (text: string) => { readonly value: Value } | string;
};

function number(minimum: number, maximum: number): Variable<number>["read"] {
  return (text) => {
    const value = /^[0-9]{1,6}$/.test(text) ? Number(text) : Number.NaN;
    return value >= minimum && value <= maximum ? { value } : `must be a whole number from ${minimum} to ${maximum}, not "${text}"`;
  };
}

// A mistake names the variable and never the URL: it may hold a password.
function postgresUrl(text: string): { readonly value: string } | string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : "";
  return protocol === "postgres:" || protocol === "postgresql:"
    ? { value: text }
    : "must be a connection string that begins with postgres:// or postgresql://";
}

const variables = {
  databaseUrl: {
    name: "DATABASE_URL",
    fallback: undefined,
    shownFallback: "the embedded PostgreSQL (`stoa start` only)",
    what: "PostgreSQL 15 to 18, as the application's login user",
    read: postgresUrl,
  } satisfies Variable<string | undefined>,
  ownerUrl: {
    name: "DATABASE_OWNER_URL",
    fallback: undefined,
    shownFallback: "`DATABASE_URL`",
    what: "The same database as the owner of the schema: for migrations only",
    read: postgresUrl,
  } satisfies Variable<string | undefined>,
  prepared: {
    name: "DB_PREPARED",
    fallback: true,
    shownFallback: "`on`",
    what: "`off` behind a pooler that does not know prepared statements",
    read: (text) => (text === "on" || text === "off" ? { value: text === "on" } : `must be on or off, not "${text}"`),
  } satisfies Variable<boolean>,
  poolSize: {
    name: "DB_POOL",
    fallback: 10,
    shownFallback: "`10`",
    what: "Connections for sellers and buyers; the lanes, the operator and the background have their own beside them",
    read: number(1, 200),
  } satisfies Variable<number>,
  operatorPoolSize: {
    name: "DB_OPERATOR_POOL",
    fallback: 3,
    shownFallback: "`3`",
    what: "Connections for the operator's tree",
    read: number(1, 50),
  } satisfies Variable<number>,
  lanes: {
    name: "LANES",
    fallback: 2,
    shownFallback: "`2`",
    what: "Transactions that place checkouts at the same time, in this process",
    read: number(1, 16),
  } satisfies Variable<number>,
  host: {
    name: "HOST",
    fallback: "127.0.0.1",
    shownFallback: "`127.0.0.1`",
    what: "The address to listen on",
    read: (text) => (isIP(text) !== 0 || text === "localhost" ? { value: text } : `must be an IP address or localhost, not "${text}"`),
  } satisfies Variable<string>,
  port: {
    name: "PORT",
    fallback: 3000,
    shownFallback: "`3000`",
    what: "The port to listen on; `0` takes a free one",
    read: number(0, 65_535),
  } satisfies Variable<number>,
  logLevel: {
    name: "LOG_LEVEL",
    fallback: "info",
    shownFallback: "`info`",
    what: `One of ${logLevels.join(", ")}`,
    read: (text) => {
      const level = logLevels.find((each) => each === text);
      return level === undefined ? `must be one of ${logLevels.join(", ")}, not "${text}"` : { value: level };
    },
  } satisfies Variable<(typeof logLevels)[number]>,
  metricsToken: {
    name: "METRICS_TOKEN",
    fallback: undefined,
    shownFallback: "none: `/metrics` is for callers on this machine only",
    what: "Who sends it as a bearer may read `/metrics` from anywhere",
    read: (text) => (/^[\x21-\x7e]{16,200}$/.test(text) ? { value: text } : "must be 16 to 200 visible ASCII characters"),
  } satisfies Variable<string | undefined>,
  dataDirectory: {
    name: "STOA_DATA",
    fallback: undefined,
    shownFallback: "`.data/` in the checkout; as root a folder under `/var/lib/stoa/`",
    what: "The folder in which the embedded PostgreSQL and the demo keys are kept",
    read: (text) => (text.includes("\0") ? "must be a path" : { value: text }),
  } satisfies Variable<string | undefined>,
} as const;

/**
 * Reads the configuration. A variable that is empty counts as not set.
 *
 * @throws Misconfigured with every mistake in one message
 */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>): Configuration {
  const mistakes: string[] = [];
  const valueOf = <Value>(variable: Variable<Value>): Value => {
    const text = environment[variable.name];
    if (text === undefined || text === "") return variable.fallback;
    const read = variable.read(text);
    if (typeof read !== "string") return read.value;
    mistakes.push(`${variable.name} ${read}`);
    return variable.fallback;
  };
  const configuration: Configuration = {
    databaseUrl: valueOf<string | undefined>(variables.databaseUrl),
    ownerUrl: valueOf<string | undefined>(variables.ownerUrl),
    prepared: valueOf<boolean>(variables.prepared),
    poolSize: valueOf<number>(variables.poolSize),
    operatorPoolSize: valueOf<number>(variables.operatorPoolSize),
    lanes: valueOf<number>(variables.lanes),
    host: valueOf<string>(variables.host),
    port: valueOf<number>(variables.port),
    logLevel: valueOf<Configuration["logLevel"]>(variables.logLevel),
    metricsToken: valueOf<string | undefined>(variables.metricsToken),
    dataDirectory: valueOf<string | undefined>(variables.dataDirectory),
  };
  if (configuration.ownerUrl !== undefined && configuration.databaseUrl === undefined) {
    mistakes.push("DATABASE_OWNER_URL is set and DATABASE_URL is not");
  }
  if (mistakes.length > 0) throw new Misconfigured(`The configuration has ${mistakes.length} mistake(s):\n  ${mistakes.join("\n  ")}`);
  return configuration;
}

/** The first part of docs/configuration.md. */
export function configurationPage(): string {
  return [
    "# Configuration",
    "",
    "Everything is set by the environment. All mistakes are told in one message, and nothing starts before there are none.",
    "",
    "| variable | default | meaning |",
    "| --- | --- | --- |",
    ...Object.values(variables).map(({ name, shownFallback, what }) => `| \`${name}\` | ${shownFallback} | ${what} |`),
    "",
  ].join("\n");
}
