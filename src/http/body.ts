import { type JsonValue, jsonReasons, parseJson } from "./json.ts";
import { refuse } from "./refuse.ts";

/** What a body may hold at most, in bytes. */
export const bodyLimit = 1024 * 1024;
export const bulkBodyLimit = 4 * 1024 * 1024;

/**
 * The value of a body; undefined when the request had none.
 *
 * @throws Refused request-invalid with the pointer of what the strict parser did not take
 */
export function readBody(bytes: unknown): JsonValue | undefined {
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) return undefined;
  const read = parseJson(bytes);
  if (read.ok) return read.value;
  throw refuse("request-invalid", {
    errors: [{ pointer: read.pointer, detail: `${jsonReasons[read.reason]} (at byte ${read.offset})` }],
  });
}

const jsonType = /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*"?utf-8"?[ \t]*)?$/i;

/**
 * Whether the headers announce what the parser takes: JSON in UTF-8 without a content encoding. A compressed body is not taken, because
 * the bound on its size would be one on what it is not.
 */
export function announcesJson(headers: {
  readonly "content-type"?: string | undefined;
  readonly "content-encoding"?: string | undefined;
}): boolean {
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding.trim().toLowerCase() !== "identity") return false;
  return jsonType.test(headers["content-type"] ?? "");
}
