import { address, choice, integer, onOff, postgresUrl, secret, text, type Variable } from "./variable.ts";

/** What is fixed of the one table of time-outs, in milliseconds: how long clients wait, the server works on a request, and a drain takes. */
export const clientMillis = 30_000;
export const requestMillis = 20_000;
export const drainMillis = 25_000;

/** All that the environment may say to Stoa, by the name that the configuration has it under. */
export const variables = {
  databaseUrl: postgresUrl({
    name: "DATABASE_URL",
    otherwise: "the embedded PostgreSQL",
    meaning: "The database, as the user that the application signs in as. It always wins over the embedded one.",
  }),
  ownerUrl: postgresUrl({
    name: "DATABASE_OWNER_URL",
    otherwise: "DATABASE_URL",
    meaning: "The same database, as the owner of the schema and without a pooler between: migrations only.",
  }),
  directUrl: postgresUrl({
    name: "DATABASE_DIRECT_URL",
    otherwise: "DATABASE_URL",
    meaning: "The same database without a pooler between, where DATABASE_URL leads through one: what runs in the background.",
  }),
  dataDirectory: text({
    name: "STOA_DATA",
    form: "a folder",
    default: undefined,
    otherwise: ".data in the checkout; /var/lib/stoa/… as root",
    meaning: "Where the embedded PostgreSQL keeps its data.",
  }),
  host: address({ name: "HOST", default: "127.0.0.1", meaning: "The address the server listens on." }),
  port: integer({ name: "PORT", default: 3000, least: 0, most: 65_535, meaning: "The port the server listens on; 0 takes a free one." }),
  environment: choice({
    name: "NODE_ENV",
    default: "development",
    choices: ["development", "test", "production"],
    meaning: "In production the order of locks is not asserted.",
  }),
  logLevel: choice({
    name: "LOG_LEVEL",
    default: "info",
    choices: ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
    meaning: "The least serious lines that are logged.",
  }),
  metricsToken: secret({
    name: "METRICS_TOKEN",
    least: 16,
    otherwise: "none: /metrics answers on loopback only",
    meaning: "The bearer token that /metrics asks for.",
  }),
  prepared: onOff({
    name: "DB_PREPARED",
    default: true,
    meaning: "Prepared statements; off behind a transaction pooler that does not know them.",
  }),
  poolSize: integer({
    name: "STOA_POOL_SIZE",
    default: 10,
    least: 1,
    most: 200,
    unit: "connections",
    meaning: "The pool of buyers and sellers.",
  }),
  operatorPoolSize: integer({
    name: "STOA_OPERATOR_POOL_SIZE",
    default: 3,
    least: 1,
    most: 50,
    unit: "connections",
    meaning: "The operator's own pool.",
  }),
  workPoolSize: integer({
    name: "STOA_WORK_POOL_SIZE",
    default: 3,
    least: 2,
    most: 50,
    unit: "connections",
    meaning: "The pool of what runs in the background: numbering of events, deadlines, doctor.",
  }),
  lanes: integer({
    name: "STOA_LANES",
    default: 2,
    least: 1,
    most: 16,
    meaning: "Lanes that place checkouts; each holds one connection.",
  }),
  queueSize: integer({
    name: "STOA_QUEUE_SIZE",
    default: 200,
    least: 1,
    most: 10_000,
    meaning: "How many may wait for a connection of a pool; the next is answered 503 at once.",
  }),
  queueWaitMillis: integer({
    name: "STOA_QUEUE_WAIT_MILLIS",
    default: 5_000,
    least: 10,
    most: 600_000,
    unit: "ms",
    meaning: "How long a request waits for a connection before it is answered 503.",
  }),
  statementTimeoutMillis: integer({
    name: "STOA_STATEMENT_TIMEOUT_MILLIS",
    default: 5_000,
    least: 10,
    most: 600_000,
    unit: "ms",
    meaning: "How long a statement may run.",
  }),
  lockTimeoutMillis: integer({
    name: "STOA_LOCK_TIMEOUT_MILLIS",
    default: 2_000,
    least: 1,
    most: 600_000,
    unit: "ms",
    meaning: "How long a statement waits for a lock.",
  }),
  laneLockTimeoutMillis: integer({
    name: "STOA_LANE_LOCK_TIMEOUT_MILLIS",
    default: 250,
    least: 1,
    most: 600_000,
    unit: "ms",
    meaning: "How long a statement of a lane waits for a lock.",
  }),
  idleInTransactionMillis: integer({
    name: "STOA_IDLE_IN_TRANSACTION_MILLIS",
    default: 10_000,
    least: 10,
    most: 600_000,
    unit: "ms",
    meaning: "How long a transaction may stand still before the database ends it.",
  }),
} as const satisfies Record<string, Variable<unknown>>;

/** What the environment said, whole and within its bounds. */
export type Configuration = {
  readonly [Member in keyof typeof variables]: (typeof variables)[Member] extends Variable<infer T> ? T : never;
};
