/**
 * The embedded PostgreSQL cannot run, for a reason that the person who started it can act on.
 * `message` is one sentence that says what to do; `serverLog` holds the last lines that PostgreSQL wrote, or is empty.
 */
export class EmbeddedFailure extends Error {
  readonly serverLog: string;

  constructor(message: string, serverLog = "", options?: ErrorOptions) {
    super(message, options);
    this.name = "EmbeddedFailure";
    this.serverLog = serverLog;
  }
}

/** The `code` of a system error (`ENOENT`, `EACCES`, …), or undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return undefined;
}
