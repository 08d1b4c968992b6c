/** A mistake in how Stoa was called; the message is for people, and the exit code 1. */
export class Misconfigured extends Error {
  override readonly name = "Misconfigured";
}
