import { DatabaseError, type QueryConfig, type QueryResult } from "pg";
import type { Database } from "./database.ts";
import {
  CommitRefused,
  CommitUnanswered,
  ConnectionLost,
  endsTheSession,
  isOutdatedStatement,
  sqlState,
  StatementOutdated,
} from "./faults.ts";
import { type Connection, stopwatch } from "./pool.ts";
import { type Parameter, type Statement, sql } from "./sql.ts";

// The server keeps the statement's own time; this much later the answer is not coming any more, and the connection is given up.
const answerGraceMillis = 2_000;

const statementIsIgnored = "25P02"; // in_failed_sql_transaction: an earlier statement is the reason

/** The opening of a transaction: what `begin` says and the settings that hold until its end. */
export type Opening = {
  readonly begin: "begin" | "begin read only" | "begin isolation level repeatable read read only";
  readonly settings: Statement;
};

/** The statements of one transaction on one connection. All that is sent without waiting travels in one flight. */
export type Session = {
  readonly send: (statement: Statement) => Promise<QueryResult>;
  /** @throws CommitUnanswered, CommitRefused or the error of the statement that failed */
  readonly commit: () => Promise<void>;
  /** Takes everything back; a connection that does not answer is marked broken. Never throws. */
  readonly rollBack: () => Promise<void>;
};

// The driver takes a time-out for each query; its types do not know it.
type TimedQuery = QueryConfig<Parameter[]> & { readonly query_timeout: number };

type Sendable = { readonly text: string; readonly values?: readonly Parameter[]; readonly name?: string };

/** Sends `begin` and the settings at once, without waiting: they travel with the first statement. */
export function openSession(database: Database, connection: Connection, opening: Opening, statementTimeoutMillis: number): Session {
  const queryTimeout = statementTimeoutMillis + answerGraceMillis;
  let firstError: unknown;
  let sent = 0;

  const failure = (error: unknown): unknown => {
    if (isOutdatedStatement(error)) {
      connection.generation += 1;
      return new StatementOutdated(error);
    }
    if (endsTheSession(error)) connection.broken = true;
    if (error instanceof DatabaseError) return error;
    if (error instanceof Error && error.message === "Query read timeout") connection.broken = true;
    return connection.broken ? new ConnectionLost(error) : error;
  };

  const ask = async (statement: Sendable): Promise<QueryResult> => {
    const elapsed = database.observers.size > 0 ? stopwatch() : undefined;
    let failed = true;
    try {
      const named = database.prepared && statement.name !== undefined ? { name: `${statement.name}_${connection.generation}` } : {};
      const values = statement.values === undefined ? {} : { values: [...statement.values] };
      const config: TimedQuery = { text: statement.text, ...values, ...named, query_timeout: queryTimeout };
      const result = await connection.client.query(config);
      failed = false;
      return result;
    } catch (error) {
      if (firstError !== undefined && sqlState(error) === statementIsIgnored) throw firstError;
      const fault = failure(error);
      firstError ??= fault;
      throw fault;
    } finally {
      if (elapsed !== undefined) {
        const seen = { name: statement.name ?? statement.text, text: statement.text, millis: elapsed(), failed };
        for (const observer of database.observers) observer(seen);
      }
    }
  };

  let opened: Promise<unknown>;
  const open = (): void => {
    opened = Promise.all([ask({ text: opening.begin }), ask(opening.settings)]);
    opened.catch(() => undefined); // It is thrown by whoever waits for the opening.
  };
  open();

  /** The answer, once the opening is known to have gone well; a failed opening is the reason of all that follows it. */
  const afterOpening = async <T>(answer: Promise<T>): Promise<T> => {
    const [before, itself] = await Promise.allSettled([opened, answer]);
    if (before.status === "rejected") throw before.reason;
    if (itself.status === "rejected") throw itself.reason;
    return itself.value;
  };

  return {
    send: async (statement) => {
      sent += 1;
      const first = sent === 1;
      try {
        return await afterOpening(ask(statement));
      } catch (error) {
        // Nothing else was done yet, so the transaction can begin again unseen; in one flight, so that nothing comes between.
        if (!(error instanceof StatementOutdated) || !first || sent > 1) throw error;
        firstError = undefined;
        const undone = ask({ text: "rollback" });
        open();
        const [, answer] = await Promise.all([undone, afterOpening(ask(statement))]);
        return answer;
      }
    },

    commit: async () => {
      if (connection.broken) throw firstError ?? new ConnectionLost(new Error("broken before the commit"));
      sent += 1;
      let answer: QueryResult;
      try {
        answer = await ask({ text: "commit" });
      } catch (error) {
        if (!(error instanceof ConnectionLost || endsTheSession(error))) throw error;
        // Answers come in order: a statement that failed by the server's own word kept the commit behind it from happening.
        if (firstError !== error && !(firstError instanceof ConnectionLost)) throw firstError;
        throw new CommitUnanswered(error);
      }
      if (answer.command !== "COMMIT") throw new CommitRefused(answer.command, firstError);
    },

    rollBack: async () => {
      if (connection.broken) return;
      try {
        await ask({ text: "rollback" });
      } catch {
        connection.broken = true; // Closing it rolls back too.
      }
    },
  };
}

/** One statement that sets the role, the organisation and the limits until the end of the transaction, so that a pooler may be between. */
export function settingsStatement(
  database: Database,
  scope: { readonly role: string; readonly organisation?: string },
  limits: Database["limits"],
): Statement {
  // A generic plan lives as long as its connection and is made when tables are small or not counted yet. Reading them whole is cheap then
  // and not later, so such plans may only go by keys.
  const wholeTables = database.planCacheMode === "force_generic_plan" ? "off" : "on";
  return sql`
    select set_config('role', ${scope.role}, true) as role,
           set_config('app.organisation', ${scope.organisation ?? ""}, true) as organisation,
           set_config('statement_timeout', ${String(limits.statementTimeoutMillis)}, true) as statement_timeout,
           set_config('lock_timeout', ${String(limits.lockTimeoutMillis)}, true) as lock_timeout,
           set_config('idle_in_transaction_session_timeout', ${String(limits.idleInTransactionMillis)}, true) as idle_timeout,
           set_config('plan_cache_mode', ${database.planCacheMode}, true) as plan_cache_mode,
           set_config('enable_seqscan', ${wholeTables}, true) as enable_seqscan,
           set_config('enable_hashjoin', ${wholeTables}, true) as enable_hashjoin,
           set_config('enable_mergejoin', ${wholeTables}, true) as enable_mergejoin,
           -- Before 18 what is switched off costs 10^10, and a plan so dear would be compiled before it runs.
           set_config('jit', 'off', true) as jit`;
}
