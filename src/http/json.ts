import { isUtf8 } from "node:buffer";
import { type JsonReason, type JsonValue, readJson, Unreadable } from "./json-reader.ts";

export { type JsonReason, type JsonValue, jsonReasons } from "./json-reader.ts";

/**
 * `pointer` (RFC 6901) names the value or member that was refused, or the array or object in which the text broke off. `offset` is
 * the byte at which reading stopped.
 */
export type JsonResult =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly pointer: string; readonly reason: JsonReason; readonly offset: number };

/**
 * Reads a body as JSON (RFC 8259), stricter than `JSON.parse`, which takes the last of two members of one name, rounds integers beyond
 * 2^53 and takes 1e3 for an integer: valid UTF-8 without byte order mark, at most 32 deep, no duplicate members, numbers only as
 * `-?(0|[1-9][0-9]*)` within ±(2^53 − 1), no lone surrogates, no U+0000 (PostgreSQL's text cannot hold it), and no member `__proto__`,
 * so that plain objects stay harmless wherever they are copied. `-0` is in the grammar and is read as 0, since the two are one integer.
 */
export function parseJson(bytes: Uint8Array): JsonResult {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length === 0) return { ok: false, pointer: "", reason: "empty", offset: 0 };
  if (buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf)
    return { ok: false, pointer: "", reason: "byte-order-mark", offset: 0 };
  const valid = isUtf8(buffer);
  // The bytes before the first invalid one are read all the same: they tell where in the document it stands.
  const text = (valid ? buffer : buffer.subarray(0, validLength(buffer))).toString("utf8");
  try {
    const value = readJson(text);
    if (valid) return { ok: true, value };
    return { ok: false, pointer: "", reason: "not-utf8", offset: Buffer.byteLength(text) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const brokeOff = !valid && (error.reason === "unexpected-end" || error.reason === "empty");
    const offset = Buffer.byteLength(text.slice(0, error.at));
    return { ok: false, pointer: error.pointer, reason: brokeOff ? "not-utf8" : error.reason, offset };
  }
}

/** Length of the longest valid beginning: up to the first replacement character that decoding put in and that the bytes do not hold. */
function validLength(buffer: Buffer): number {
  const lossy = buffer.toString("utf8");
  let offset = 0;
  for (let from = 0; ; ) {
    const at = lossy.indexOf("\ufffd", from);
    offset += Buffer.byteLength(lossy.slice(from, at));
    if (buffer[offset] !== 0xef || buffer[offset + 1] !== 0xbf || buffer[offset + 2] !== 0xbd) return offset;
    offset += 3;
    from = at + 1;
  }
}
