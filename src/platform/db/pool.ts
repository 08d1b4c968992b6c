import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { DatabaseError, Pool, type PoolClient } from "pg";
import { assert } from "../../kernel/assert.ts";
import { Refused } from "../../kernel/refusal.ts";
import { ConnectionLost } from "./faults.ts";
import { typeParser } from "./parsers.ts";

/** Too many are waiting for a connection, or one has waited too long. Nothing had begun. */
export type Overloaded = { readonly code: "overloaded"; readonly retry_after_seconds: number };

export type PoolOptions = {
  readonly url: string;
  readonly applicationName: string;
  /** Connections at most. */
  readonly poolSize: number;
  /** How many may wait for a connection; the next is refused at once. */
  readonly queueSize: number;
  /** How long one waits for a connection, in milliseconds, before it is refused. */
  readonly queueWaitMillis: number;
  /** Told of a connection that broke while nobody used it. */
  readonly onConnectionError: (error: Error) => void;
};

/** A connection for one transaction. */
export type Connection = {
  readonly client: PoolClient;
  /** It must not be used again: it is closed when it is given back. */
  broken: boolean;
  /** Part of the names of its prepared statements; a step of it makes them all new. */
  generation: number;
};

export type PoolStats = {
  readonly size: number;
  readonly open: number;
  readonly busy: number;
  readonly waiting: number;
  readonly refused: number;
};

export type ConnectionPool = {
  /** @throws Refused overloaded; ConnectionLost when the server cannot be reached */
  readonly lease: () => Promise<Connection>;
  readonly giveBack: (connection: Connection) => void;
  readonly stats: () => PoolStats;
  /** Refuses new leases, lets the running ones end, closes all connections. */
  readonly close: () => Promise<void>;
};

const connectTimeoutMillis = 5_000;
const idleTimeoutMillis = 60_000;
const keepAliveDelayMillis = 10_000;
const goodbyeMillis = 1_000;

type Waiting = { readonly take: () => void; readonly refuse: (error: Error) => void };

/** A bound around the driver's pool: it never holds more than `queueSize` callers and none longer than `queueWaitMillis`. */
export function openPool(options: PoolOptions): ConnectionPool {
  const connections = new WeakMap<PoolClient, Connection>();
  const waiting = new Set<Waiting>();
  const leaving = new Set<Promise<void>>();
  let busy = 0;
  let refused = 0;
  let closed = false;

  const pool = new Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.poolSize,
    connectionTimeoutMillis: connectTimeoutMillis,
    idleTimeoutMillis,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveDelayMillis,
    pipeline: true,
    types: { getTypeParser: typeParser },
  });
  // A connection that breaks while idle is dropped by the driver's pool; without a listener its event would end the process.
  pool.on("error", (error) => {
    if (!closed) options.onConnectionError(error);
  });
  pool.on("connect", (client) => {
    const connection: Connection = { client, broken: false, generation: 0 };
    connections.set(client, connection);
    const gone = new Promise<void>((resolve) => client.once("end", resolve));
    leaving.add(gone);
    void gone.then(() => leaving.delete(gone));
    client.on("error", () => {
      connection.broken = true;
    });
  });

  const overloaded = (): Refused<Overloaded> => {
    refused += 1;
    return new Refused({ code: "overloaded", retry_after_seconds: Math.max(1, Math.ceil(options.queueWaitMillis / 1_000)) });
  };

  const turn = (): Promise<void> => {
    if (busy < options.poolSize) {
      busy += 1;
      return Promise.resolve();
    }
    if (waiting.size >= options.queueSize) return Promise.reject(overloaded());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(entry);
        reject(overloaded());
      }, options.queueWaitMillis);
      const entry: Waiting = {
        take: () => {
          clearTimeout(timer);
          resolve();
        },
        refuse: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      waiting.add(entry);
    });
  };

  const passOn = (): void => {
    const [next] = waiting;
    if (next === undefined) {
      busy -= 1;
      return;
    }
    waiting.delete(next);
    next.take();
  };

  return {
    lease: async () => {
      assert(!closed, "the database is open");
      await turn();
      try {
        const client = await pool.connect();
        const connection = connections.get(client);
        assert(connection !== undefined, "the pool announces each connection before it hands it out");
        return connection;
      } catch (error) {
        passOn();
        // What the server answered (too many connections, starting up, wrong password) speaks for itself.
        throw error instanceof DatabaseError ? error : new ConnectionLost(error);
      }
    },
    giveBack: (connection) => {
      connection.client.release(connection.broken);
      passOn();
    },
    stats: () => ({ size: options.poolSize, open: pool.totalCount, busy, waiting: waiting.size, refused }),
    close: async () => {
      if (closed) return;
      closed = true;
      for (const entry of waiting) entry.refuse(overloaded());
      waiting.clear();
      await pool.end();
      // The driver's pool does not wait for its connections to be gone, and an embedded server is stopped right after this.
      await Promise.race([Promise.all(leaving), delay(goodbyeMillis, undefined, { ref: false })]);
    },
  };
}

/** Milliseconds on a clock that only moves forward; it says how long something took, never when it was. */
export const stopwatch = (): (() => number) => {
  const started = performance.now();
  return () => performance.now() - started;
};
