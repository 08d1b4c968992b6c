const deepestCause = 4;
const facts = ["code", "constraint", "table", "column", "schema", "routine", "severity"] as const;

/** An error as the log has it. Of a database error the `detail` is left out: it quotes the row, and rows hold personal data. */
export type DescribedError = { readonly [member: string]: unknown };

export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const known = facts.flatMap((name) => {
    const value: unknown = (error as unknown as Record<string, unknown>)[name];
    return typeof value === "string" ? [[name, value] as const] : [];
  });
  return {
    type: error.name,
    message: error.message,
    ...Object.fromEntries(known),
    stack: error.stack,
    ...(error.cause === undefined || depth === deepestCause ? {} : { cause: describeError(error.cause, depth + 1) }),
    ...(error instanceof AggregateError && depth < deepestCause
      ? { errors: error.errors.map((one) => describeError(one, depth + 1)) }
      : {}),
  };
}
