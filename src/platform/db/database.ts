import { type ConnectionPool, openPool, type PoolStats } from "./pool.ts";

/** One statement that was answered. `text` is the statement's own, without its parameters. */
export type Observation = { readonly name: string; readonly text: string; readonly millis: number; readonly failed: boolean };

export type DatabaseOptions = {
  /** A connection string of the login user that is a member of the roles; never the owner of the schema. */
  readonly url: string;
  readonly applicationName?: string;
  /** Connections at most; default 10. */
  readonly poolSize?: number;
  /** How many may wait for a connection; default 200. */
  readonly queueSize?: number;
  /** How long one waits for a connection; default 5 s. */
  readonly queueWaitMillis?: number;
  /** How long a statement may run; default 5 s. */
  readonly statementTimeoutMillis?: number;
  /** How long a statement waits for a lock; default 2 s, a lane's database 250 ms. */
  readonly lockTimeoutMillis?: number;
  /** How long a transaction may stand still; default 10 s. */
  readonly idleInTransactionMillis?: number;
  /** Off for poolers that do not know prepared statements; default on. */
  readonly prepared?: boolean;
  /** The lanes need `force_generic_plan`: a custom plan turns to a sequential scan with the size of the batch. Such plans go by keys alone. */
  readonly planCacheMode?: "auto" | "force_generic_plan";
  /** Asserts the order of locks and that transactions are not nested: in development and tests; default on unless NODE_ENV is production. */
  readonly assertions?: boolean;
  /** Told of a connection that broke while nobody used it; default: nobody, it is simply replaced. */
  readonly onConnectionError?: (error: Error) => void;
};

/** The limits that each transaction starts with. */
export type Limits = {
  readonly statementTimeoutMillis: number;
  readonly lockTimeoutMillis: number;
  readonly idleInTransactionMillis: number;
};

export type Database = {
  /** @internal what transactions are made of; nothing outside this folder uses it */
  readonly connections: ConnectionPool;
  readonly limits: Limits;
  readonly prepared: boolean;
  readonly planCacheMode: "auto" | "force_generic_plan";
  readonly assertions: boolean;
  /** @internal the observers of now */
  readonly observers: ReadonlySet<(observation: Observation) => void>;
  readonly stats: () => PoolStats;
  /** Sees every statement, `begin` and `commit` included. @returns a function that ends the observation */
  readonly observe: (observer: (observation: Observation) => void) => () => void;
  /** Refuses new transactions, lets the running ones end, closes all connections. */
  readonly close: () => Promise<void>;
};

/** Opens a bounded pool of connections. Nothing is connected before the first transaction. */
export function openDatabase(options: DatabaseOptions): Database {
  const connections = openPool({
    url: options.url,
    applicationName: options.applicationName ?? "stoa",
    poolSize: options.poolSize ?? 10,
    queueSize: options.queueSize ?? 200,
    queueWaitMillis: options.queueWaitMillis ?? 5_000,
    onConnectionError: options.onConnectionError ?? (() => undefined),
  });
  const observers = new Set<(observation: Observation) => void>();
  return {
    connections,
    limits: {
      statementTimeoutMillis: options.statementTimeoutMillis ?? 5_000,
      lockTimeoutMillis: options.lockTimeoutMillis ?? 2_000,
      idleInTransactionMillis: options.idleInTransactionMillis ?? 10_000,
    },
    prepared: options.prepared ?? true,
    planCacheMode: options.planCacheMode ?? "auto",
    assertions: options.assertions ?? process.env["NODE_ENV"] !== "production",
    observers,
    stats: connections.stats,
    observe: (observer) => {
      observers.add(observer);
      return () => void observers.delete(observer);
    },
    close: connections.close,
  };
}
