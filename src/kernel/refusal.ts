/** An expected no as data: its code and, beside it, the facts the caller needs to act. */
export type Refusal = { readonly code: string };

/** Facts are stored and answered as JSON, so a bigint among them must not compile: it has to be made wire money first. */
type OnlyJson<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends bigint | symbol | ((...rest: never[]) => unknown)
    ? never
    : { readonly [Key in keyof T]: OnlyJson<T[Key]> };

/**
 * The one exception for an expected no. A command throws it, the flow lets it pass, and the HTTP floor turns it into the problem
 * of its code. Anything else that is thrown is a fault.
 */
export class Refused<R extends Refusal = Refusal> extends Error {
  override readonly name = "Refused";
  readonly refusal: R;

  constructor(refusal: R & OnlyJson<R>) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/** What became of one of many that are judged together: it may be done, or it is refused alone. */
export type Outcome<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly refusal: Refusal };

/** Judges one of many: what it is refused for is a value, so that it does not stop the others. A fault passes. */
export function attempt<Value>(judge: () => Value): Outcome<Value> {
  try {
    return { ok: true, value: judge() };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/** Gives those that are not refused what became of them, in their order; what became of them comes in the order of those alone. */
export function withDone<Value, Done>(outcomes: readonly Outcome<Value>[], done: readonly Done[]): Outcome<Done>[] {
  const left = done.values();
  return outcomes.map((outcome) => {
    if (!outcome.ok) return outcome;
    const next = left.next();
    if (next.done === true) throw new Error("fewer were done than were not refused");
    return { ok: true, value: next.value };
  });
}
