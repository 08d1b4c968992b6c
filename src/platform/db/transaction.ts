import { AsyncLocalStorage } from "node:async_hooks";
import { assert } from "../../kernel/assert.ts";
import type { Database, Limits } from "./database.ts";
import { CommitUnanswered } from "./faults.ts";
import { type LockKind, type LockWatch, locksByItsText, waitsByItsText, watchLocks } from "./lock-order.ts";
import { type Opening, openSession, type Session, settingsStatement } from "./session.ts";
import { type Answers, locking, type Statement } from "./sql.ts";

declare const transactionBrand: unique symbol;

/** What may read. */
export type Reader = {
  /** The rows of the statement's answer. */
  readonly query: <Row>(statement: Statement<Row>) => Promise<readonly Row[]>;
  /** The one row of the answer. @throws AssertionFailed when there is none or another */
  readonly one: <Row>(statement: Statement<Row>) => Promise<Row>;
  /** The only row of the answer, or undefined when there is none. @throws AssertionFailed when there is another */
  readonly find: <Row>(statement: Statement<Row>) => Promise<Row | undefined>;
  /** Sends all statements in one flight and gives all answers. @throws the first error; what stood behind it did not run */
  readonly pipeline: <const Statements extends readonly Statement[]>(statements: Statements) => Promise<Answers<Statements>>;
};

/** What may write. It can stand where a Reader is asked for, never the other way round. */
export type Transaction = Reader & {
  readonly [transactionBrand]: true;
  /** How many rows the statement inserted, updated or deleted. */
  readonly execute: (statement: Statement) => Promise<number>;
  /** Locks rows of a kind by a statement of its own. @throws AssertionFailed where assertions are on and the lock order is not kept */
  readonly lock: <Row>(kind: LockKind, statement: Statement<Row>) => Promise<readonly Row[]>;
  /** Sends the last statements and the commit in one flight. Nothing may follow. @throws like `pipeline`, and what a commit throws */
  readonly finish: <const Statements extends readonly Statement[]>(statements: Statements) => Promise<Answers<Statements>>;
};

type ScopeOptions = {
  /** The kinds of rows it locks, in any order; none when left out. */
  readonly locks?: readonly LockKind[];
} & Partial<Limits>;

/** Work for one organisation, the operator's, or that of strangers: row-level security shows nothing else. */
export type OrganisationScope = { readonly role: "stoa_application"; readonly organisation: string };
export type TransactionScope = (OrganisationScope | { readonly role: "stoa_operator" | "stoa_public" }) & ScopeOptions;

/** Work that spans organisations by nature. */
export type FlowScope = { readonly role: "stoa_flow" | "stoa_sequencer"; readonly locks: readonly LockKind[] } & Partial<Limits>;

export type ReaderScope = (OrganisationScope | { readonly role: "stoa_operator" | "stoa_public" | "stoa_read" | "stoa_auth" }) &
  Partial<Limits> & {
    /** All statements see one snapshot; without it each sees what has been committed before it. */
    readonly snapshot?: true;
  };

export type FlowReaderScope = { readonly role: "stoa_flow"; readonly snapshot?: true } & Partial<Limits>;

/**
 * Runs the work of one organisation, of the operator or of a stranger in one transaction: commits when it returns, takes all back when it throws.
 * @throws Refused overloaded; CommitUnanswered, CommitRefused, ConnectionLost; whatever the work throws
 */
export function withTransaction<T>(database: Database, scope: TransactionScope, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return transact(database, scope, { begin: "begin" }, work);
}

/** Like `withTransaction`, for work that spans organisations by nature. It names its locks. */
export function withFlowTransaction<T>(database: Database, scope: FlowScope, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return transact(database, scope, { begin: "begin" }, work);
}

/** Runs reading work in a transaction that the database itself keeps from writing. */
export function withReader<T>(database: Database, scope: ReaderScope, work: (reader: Reader) => Promise<T>): Promise<T> {
  return transact(database, scope, { begin: readingBegin(scope) }, work);
}

/** Like `withReader`, for reading that spans organisations by nature. */
export function withFlowReader<T>(database: Database, scope: FlowReaderScope, work: (reader: Reader) => Promise<T>): Promise<T> {
  return transact(database, scope, { begin: readingBegin(scope) }, work);
}

function readingBegin(scope: { readonly snapshot?: true }): Opening["begin"] {
  return scope.snapshot === true ? "begin isolation level repeatable read read only" : "begin read only";
}

type AnyScope = { readonly role: string; readonly organisation?: string; readonly locks?: readonly LockKind[] } & Partial<Limits>;

// A transaction inside another would wait for a connection while it holds one, and commit apart from it.
const running = new AsyncLocalStorage<{ open: boolean }>();

async function transact<T>(
  database: Database,
  scope: AnyScope,
  { begin }: Pick<Opening, "begin">,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  if (database.assertions) assert(running.getStore()?.open !== true, "a transaction is not begun inside another");
  const limits: Limits = {
    statementTimeoutMillis: scope.statementTimeoutMillis ?? database.limits.statementTimeoutMillis,
    lockTimeoutMillis: scope.lockTimeoutMillis ?? database.limits.lockTimeoutMillis,
    idleInTransactionMillis: scope.idleInTransactionMillis ?? database.limits.idleInTransactionMillis,
  };
  const connection = await database.connections.lease();
  const mark = { open: true };
  try {
    const opening = { begin, settings: settingsStatement(database, scope, limits) };
    const session = openSession(database, connection, opening, limits.statementTimeoutMillis);
    const life = { ended: false };
    const tx = createTransaction(session, database.assertions ? watchLocks(scope.locks ?? []) : undefined, life);
    try {
      const result = await running.run(mark, () => work(tx));
      if (!life.ended) {
        life.ended = true;
        await session.commit();
      }
      return result;
    } catch (error) {
      life.ended = true;
      await session.rollBack();
      throw error;
    }
  } finally {
    mark.open = false;
    database.connections.giveBack(connection);
  }
}

function createTransaction(session: Session, watch: LockWatch | undefined, life: { ended: boolean }): Transaction {
  const check = (statement: Statement): void => {
    assert(!life.ended, "the transaction has ended");
    if (watch === undefined) return;
    if (statement.lock !== undefined) watch.take(statement.lock, waitsByItsText(statement.text));
    else assert(!locksByItsText(statement.text), `a statement that locks rows names their kind: ${statement.text}`);
  };

  const send = <Row>(statement: Statement<Row>): Promise<{ readonly rows: readonly Row[]; readonly rowCount: number | null }> => {
    check(statement);
    // The statement's type says what its rows are; the check `sql` holds it against the database.
    return session.send(statement) as Promise<{ rows: Row[]; rowCount: number | null }>;
  };

  const query = async <Row>(statement: Statement<Row>): Promise<readonly Row[]> => (await send(statement)).rows;

  const flight = <const Statements extends readonly Statement[]>(
    statements: Statements,
  ): Promise<PromiseSettledResult<readonly unknown[]>[]> => Promise.allSettled(statements.map((statement) => query(statement)));

  const answersOf = <const Statements extends readonly Statement[]>(
    settled: readonly PromiseSettledResult<readonly unknown[]>[],
  ): Answers<Statements> =>
    settled.map((result) => {
      if (result.status === "rejected") throw result.reason;
      return result.value;
    }) as readonly unknown[] as Answers<Statements>;

  const find = async <Row>(statement: Statement<Row>): Promise<Row | undefined> => {
    const rows = await query(statement);
    assert(rows.length <= 1, `at most one row is expected, ${rows.length} came: ${statement.text}`);
    return rows[0];
  };

  const methods: Omit<Transaction, typeof transactionBrand> = {
    query,
    find,
    one: async (statement) => {
      const row = await find(statement);
      assert(row !== undefined, `one row is expected, none came: ${statement.text}`);
      return row;
    },
    pipeline: async <const Statements extends readonly Statement[]>(statements: Statements) =>
      answersOf<Statements>(await flight(statements)),
    execute: async (statement) => (await send(statement)).rowCount ?? 0,
    lock: (kind, statement) => query(locking(kind, statement)),
    finish: async <const Statements extends readonly Statement[]>(statements: Statements) => {
      const writes = flight(statements);
      life.ended = true;
      const [settled, committed] = await Promise.all([writes, Promise.allSettled([session.commit()])]);
      // The statement that failed explains the commit that was refused; an unanswered commit explains the statements that were lost.
      const [commit] = committed;
      if (commit.status === "fulfilled" || !(commit.reason instanceof CommitUnanswered)) answersOf(settled);
      if (commit.status === "rejected") throw commit.reason;
      return answersOf<Statements>(settled);
    },
  };
  return methods as Transaction;
}
