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
