import { Refused } from "../kernel/refusal.ts";
import { isLockTimeout, isStatementTimeout, isTransient, MoreRowsNeeded } from "../platform/db/index.ts";
import { refuse } from "./refuse.ts";

const retryAfterSeconds = 1;

/**
 * The refusal behind an error that is nobody's mistake: a lock or statement that took too long, a database that went away. Refusals are
 * themselves. Undefined for anything else: that is a fault.
 */
export function refusalBehind(error: unknown): Refused | undefined {
  if (error instanceof Refused) return error;
  const outran = isLockTimeout(error) || isStatementTimeout(error) || error instanceof MoreRowsNeeded;
  if (outran) return refuse("overloaded", { retry_after_seconds: retryAfterSeconds });
  if (isTransient(error)) return refuse("not-ready", { retry_after_seconds: retryAfterSeconds });
  return undefined;
}
