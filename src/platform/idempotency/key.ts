import { createHash } from "node:crypto";

export type ParsedKey =
  | { readonly ok: true; readonly key: string }
  | { readonly ok: false; readonly code: "idempotency-key-missing" | "idempotency-key-malformed" };

const visible = /^[\x21-\x7e]{1,255}$/;
// A structured field's string (RFC 8941 section 3.3.3): only a quote and a backslash are escaped, each by a backslash.
const quoted = /^"((?:[^"\\]|\\["\\])*)"$/;

/**
 * Reads the header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): 1 to 255 visible ASCII characters. `"abc"` and
 * `abc` are the same key. A header that came twice is malformed: which of the two was meant cannot be known.
 */
export function parseIdempotencyKey(header: string | readonly string[] | undefined): ParsedKey {
  if (header === undefined) return { ok: false, code: "idempotency-key-missing" };
  if (typeof header !== "string") {
    return header.length === 0 ? { ok: false, code: "idempotency-key-missing" } : parseOnly(header);
  }
  const text = header.replace(/^[ \t]+|[ \t]+$/g, "");
  const key = text.startsWith('"') ? unquote(text) : text;
  return key !== undefined && visible.test(key) ? { ok: true, key } : { ok: false, code: "idempotency-key-malformed" };
}

function parseOnly(headers: readonly string[]): ParsedKey {
  return headers.length === 1 ? parseIdempotencyKey(headers[0]) : { ok: false, code: "idempotency-key-malformed" };
}

function unquote(text: string): string | undefined {
  return quoted.exec(text)?.[1]?.replace(/\\(["\\])/g, "$1");
}

/**
 * What is kept of the key of somebody who is nobody in particular: the sha256 over the key and the request's fingerprint. Two strangers
 * who happen to send the same key never meet, unless they send the same request too.
 */
export function hashStrangersKey(key: string, fingerprint: Buffer): Buffer {
  return createHash("sha256").update(hashKey(key)).update(fingerprint).digest();
}

/** What is kept of a key: its sha256. The raw key opens sealed answers, so it is never stored. */
export function hashKey(key: string): Buffer {
  return createHash("sha256").update(key, "latin1").digest();
}
