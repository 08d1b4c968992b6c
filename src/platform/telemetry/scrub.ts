const redacted = "[redacted]";

// Members whose text is a secret wherever they stand in a line.
const secretMember =
  /("(?:(?:proxy-)?authorization|cookie|set-cookie|idempotency[-_]key|secret|password|api[-_]key|secret_hash)"\s*:\s*")(?:[^"\\]|\\.)*/gi;
// The same in JSON that was quoted into a text: every quote has one backslash more, every backslash is two.
const quotedSecretMember =
  /(\\"(?:(?:proxy-)?authorization|cookie|set-cookie|idempotency[-_]key|secret|password|api[-_]key|secret_hash)\\"\s*:\s*\\")(?:[^"\\]|\\\\(?:\\.|[^\\]))*/gi;
const apiKey = /stoa_[0-9a-z]{26}_[\w-]{16,}/gi;
const bearer = /\b(Bearer|Basic)\s+[\w.~+/=-]+/gi;
const addressPassword = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"\\]*):[^\s/@"\\]+@/gi;

/**
 * A line of the log without the secrets that may have got into it: by the name of the member at any depth, and by their form (API
 * keys, authorization headers, passwords in connection strings) anywhere. It works on the finished line, because what is logged by
 * accident stands where nobody listed a path for it.
 */
export function scrub(line: string): string {
  return line
    .replace(secretMember, `$1${redacted}`)
    .replace(quotedSecretMember, `$1${redacted}`)
    .replace(apiKey, `stoa_${redacted}`)
    .replace(bearer, `$1 ${redacted}`)
    .replace(addressPassword, `$1:${redacted}@`);
}
