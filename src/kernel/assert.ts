/** A broken promise of our own code: a fault, never an expected no. It is answered with 500, logged, and shows nothing of our inside. */
export class AssertionFailed extends Error {
  override readonly name = "AssertionFailed";
}

/** States what must be true here. @throws AssertionFailed with the message when it is not. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFailed(message);
}

/** Stands where no case is left: a case that is added later and forgotten here does not compile. @throws AssertionFailed */
export function assertNever(value: never): never {
  throw new AssertionFailed(`no case for ${JSON.stringify(value)}`);
}
