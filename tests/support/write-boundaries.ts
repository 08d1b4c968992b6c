import { isCommit, isRollback, type WireAction, type WireHook, type WireStatement } from "./wire.ts";

/** One boundary of a write's transaction; `ordinal` counts its statements from 1, `begin` included. */
export type WriteBoundary = { readonly ordinal: number; readonly statement: WireStatement; readonly moment: "before" | "after" };

const claimsKeys = "pg_try_advisory_xact_lock";

/**
 * Follows the transactions that claim an idempotency key, which every write does; the server's other work (sign-in, numbering,
 * sweeping) passes untouched. It looks ahead, so that the boundaries before the claim are seen too.
 */
export function followWrites(at: (boundary: WriteBoundary) => WireAction | Promise<WireAction>): WireHook {
  const ordinals = new Map<number, number>();
  return async (statement, moment, upcoming) => {
    const { connection, sql } = statement;
    // Behind `begin` come the settings and, in the same flight, the transaction's first statement.
    if (moment === "before" && sql === "begin" && (await upcoming(2)).some((next) => next.includes(claimsKeys)))
      ordinals.set(connection, 0);
    const passed = ordinals.get(connection);
    if (passed === undefined) return "pass";
    const ordinal = moment === "before" ? passed + 1 : passed;
    ordinals.set(connection, ordinal);
    const action = await at({ ordinal, statement, moment });
    if (moment === "after" && (isCommit(statement) || isRollback(statement))) ordinals.delete(connection);
    return action;
  };
}
