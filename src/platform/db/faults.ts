import { DatabaseError } from "pg";

/** The connection is gone and no COMMIT had been sent: nothing of the transaction has happened, and it may be tried again. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";

  constructor(cause: unknown) {
    super("the connection to the database was lost", { cause });
  }
}

/** COMMIT was sent and never answered: the transaction has happened whole or not at all, and only its keys can tell. */
export class CommitUnanswered extends Error {
  override readonly name = "CommitUnanswered";

  constructor(cause: unknown) {
    super("the database did not answer the commit", { cause });
  }
}

/** COMMIT was answered by ROLLBACK: a statement had failed and its error was swallowed. Nothing of the transaction has happened. */
export class CommitRefused extends Error {
  override readonly name = "CommitRefused";
  readonly code = "commit-refused";

  constructor(answered: string, cause: unknown) {
    super(`the database answered the commit by ${answered}`, { cause });
  }
}

/** A prepared statement no longer fits the schema or the server's session; the connection prepares anew, and the transaction may be tried again. */
export class StatementOutdated extends Error {
  override readonly name = "StatementOutdated";

  constructor(cause: unknown) {
    super("a prepared statement was outdated", { cause });
  }
}

/**
 * The transaction has to lock rows that stand earlier in the lock order than what it holds: somebody came between its guess and its locks.
 * It takes all back and begins anew with the larger set.
 */
export class MoreRowsNeeded extends Error {
  override readonly name = "MoreRowsNeeded";
}

/** The SQLSTATE of an error that the database answered with. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

// 0A000 also means "not supported": only this text of it is about a plan. A server in another language is told apart by its routine.
export function isOutdatedStatement(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  if (error.code === "0A000")
    return error.routine === "RevalidateCachedQuery" || error.message === "cached plan must not change result type";
  return error.code === "26000" || error.code === "42P05";
}

/** The session has ended or is ending: class 08 and the shutdowns of class 57. */
export function endsTheSession(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && (state.startsWith("08") || state.startsWith("57P0") || state === "25P03");
}

/**
 * Whether the same transaction may succeed when it is tried again as it is: deadlock, serialization failure, lost connection, server
 * going down or coming up, unanswered COMMIT (whoever repeats finds by its keys what has happened), a guess that was overtaken.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionLost || error instanceof CommitUnanswered || error instanceof StatementOutdated) return true;
  if (error instanceof MoreRowsNeeded) return true;
  const state = sqlState(error);
  return state === "40P01" || state === "40001" || state === "53300" || endsTheSession(error);
}

/** Whether a lock was not had within `lock_timeout`, or at once where the statement asked for that. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === "55P03";
}

/** Whether the statement ran into `statement_timeout` or was cancelled by an operator. */
export function isStatementTimeout(error: unknown): boolean {
  return sqlState(error) === "57014";
}

/** The name of the constraint, or of the trigger that speaks for one, which refused the change; undefined for any other error. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof DatabaseError) || error.code === undefined || !error.code.startsWith("23")) return undefined;
  // A violated NOT NULL has no constraint of its own before PostgreSQL 18: its column stands for it.
  if (error.code === "23502" && error.constraint === undefined) return `${error.table ?? ""}_${error.column ?? ""}_not_null`;
  return error.constraint;
}
