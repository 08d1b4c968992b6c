import type pg from "pg";
import { growth } from "./statistics.ts";
import { statementName } from "./statement-names.ts";

/** What one statement has cost since the statistics began. */
export type StatementCost = { readonly calls: number; readonly millis: number; readonly walBytes: number };

/** The database's own count of what was done to it. */
export type DatabaseStatistics = {
  /** By statement name, for each role: `stoa_flow: orders`. */
  readonly statements: ReadonlyMap<string, StatementCost>;
  /** Position in the write-ahead log, in bytes. */
  readonly walPosition: number;
  readonly fullPageImages: number;
  readonly checkpoints: number;
};

type Row = { role: string; query: string; calls: string; millis: number; wal_bytes: string };

/** Reads them. It is itself none of the statements it counts: the superuser's are left out. */
export async function readStatistics(superuser: pg.Client): Promise<DatabaseStatistics> {
  const { rows } = await superuser.query<Row>(
    `select userid::regrole::text as role, query, sum(calls)::text as calls, sum(total_exec_time + total_plan_time) as millis, sum(wal_bytes)::text as wal_bytes
     from pg_stat_statements
     where dbid = (select oid from pg_database where datname = current_database()) and userid <> current_user::regrole
     group by userid, query`,
  );
  const statements = new Map<string, StatementCost>();
  for (const { role, query, calls, millis, wal_bytes } of rows) {
    const name = `${role}: ${statementName(query)}`;
    const before = statements.get(name) ?? { calls: 0, millis: 0, walBytes: 0 };
    statements.set(name, {
      calls: before.calls + Number(calls),
      millis: before.millis + millis,
      walBytes: before.walBytes + Number(wal_bytes),
    });
  }
  const { rows: log } = await superuser.query<{ position: string; images: string; checkpoints: string }>(
    `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text as position, (select wal_fpi from pg_stat_wal)::text as images,
            (select num_timed + num_requested from pg_stat_checkpointer)::text as checkpoints`,
  );
  return {
    statements,
    walPosition: Number(log[0]?.position),
    fullPageImages: Number(log[0]?.images),
    checkpoints: Number(log[0]?.checkpoints),
  };
}

/** What happened between two readings. */
export type DatabaseWork = Omit<DatabaseStatistics, "walPosition"> & { readonly walBytes: number };

export function workBetween(before: DatabaseStatistics, after: DatabaseStatistics): DatabaseWork {
  const none: StatementCost = { calls: 0, millis: 0, walBytes: 0 };
  const statements = new Map(
    [...after.statements].map(([name, cost]) => {
      const { calls = 0, millis = 0, walBytes = 0 } = growth({ ...(before.statements.get(name) ?? none) }, { ...cost });
      return [name, { calls, millis, walBytes }] as const;
    }),
  );
  return {
    statements,
    walBytes: after.walPosition - before.walPosition,
    fullPageImages: after.fullPageImages - before.fullPageImages,
    checkpoints: after.checkpoints - before.checkpoints,
  };
}

/** Calls of a statement, whatever the role. */
export function callsOf({ statements }: Pick<DatabaseWork, "statements">, name: string): number {
  return [...statements].filter(([key]) => key.endsWith(`: ${name}`)).reduce((sum, [, { calls }]) => sum + calls, 0);
}
