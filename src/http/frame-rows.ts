import type { Retry, Row } from "./catalogue-row.ts";

function notStored(status: number, retry: Retry, title: string, detail: string, change: string): Row {
  return { status, title, final: false, retry, detail, change };
}

/**
 * Every no of the API, one row per code: the only place where a status is chosen. The rows for what happens before an operation begins.
 * Nothing of them is stored under a key, since nothing had begun.
 */
export const frameRows = {
  "request-invalid": notStored(
    400,
    "never",
    "The request is not valid",
    "The request is not what this operation takes; `errors` names each field.",
    "Correct the fields that `errors` points at. The same idempotency key can be used again.",
  ),
  "idempotency-key-missing": notStored(
    400,
    "never",
    "An idempotency key is missing",
    "This operation writes, so it needs the header `Idempotency-Key`.",
    "Send an `Idempotency-Key` of 1 to 255 visible ASCII characters, a new one for each new intention, the same one for each repeat.",
  ),
  "idempotency-key-malformed": notStored(
    400,
    "never",
    "The idempotency key is malformed",
    "`Idempotency-Key` is not 1 to 255 visible ASCII characters, bare or in double quotes.",
    "Send the header once, with 1 to 255 characters between `!` and `~`.",
  ),
  unauthenticated: notStored(
    401,
    "same_key",
    "The caller is not known",
    "The request carries no API key, or one that is malformed, unknown or revoked.",
    "Send `Authorization: Bearer stoa_…` with a key that is in force.",
  ),
  forbidden: notStored(
    403,
    "never",
    "The caller may not do this",
    "The API key is in force, but its organisation or role may not call this operation.",
    "Use a key of the organisation this tree is for, with a role that the reference lists.",
  ),
  "not-found": notStored(
    404,
    "never",
    "There is nothing here",
    "Nothing that this caller can see stands at this path.",
    "Check the path and the id. An id of another organisation and one that never was get this same answer.",
  ),
  "method-not-allowed": notStored(
    405,
    "never",
    "The method is not allowed here",
    "This path exists, but not with this method; the header `Allow` lists those it has.",
    "Use one of the methods in `Allow`.",
  ),
  "request-timeout": notStored(
    408,
    "same_key",
    "The request came too slowly",
    "The request was not complete within the time the server waits for it.",
    "Send it again, with the same idempotency key.",
  ),
  "version-stale": notStored(
    412,
    "never",
    "The resource has changed since it was read",
    "`If-Match` names another version than the current one, which `current_version` tells.",
    "Read the resource again, decide again, and send its new `ETag`.",
  ),
  "body-too-large": notStored(
    413,
    "never",
    "The body is too large",
    "The body is larger than this operation takes: 1 MiB, or 4 MiB for bulk operations.",
    "Send less at once.",
  ),
  "uri-too-long": notStored(
    414,
    "never",
    "The path is too long",
    "The path, or one of its parts, is longer than any the server has.",
    "Check the path and the id.",
  ),
  "unsupported-media-type": notStored(
    415,
    "never",
    "The body is not JSON",
    "This operation takes `content-type: application/json`, in UTF-8 and without a content encoding.",
    "Send JSON, and say so in `content-type`.",
  ),
  "expectation-failed": notStored(
    417,
    "never",
    "The expectation cannot be met",
    "The header `Expect` asks for something other than `100-continue`.",
    "Leave the header out.",
  ),
  "headers-too-large": notStored(
    431,
    "never",
    "The headers are too large",
    "The request's headers are larger than 16 KiB.",
    "Send smaller headers.",
  ),
  "idempotency-key-reused": notStored(
    422,
    "never",
    "The idempotency key was used for another request",
    "The same key came with another path, query, body or `If-Match` before.",
    "Use a new key for a new request; to repeat the first one, send it unchanged.",
  ),
  "request-in-flight": notStored(
    409,
    "same_key",
    "The first request with this key is still under way",
    "Another request with the same key is being worked on.",
    "Wait as long as `Retry-After` says and send the same request with the same key again.",
  ),
  "answer-no-longer-available": notStored(
    409,
    "never",
    "The answer is no longer available",
    "The answer to this key showed a secret and can be repeated for one hour only; it took effect then.",
    "If the secret was lost, make a new one under a new key and revoke the old one.",
  ),
  overloaded: notStored(
    503,
    "same_key",
    "The server has too much to do",
    "The server takes no more work of this kind at the moment. Nothing was begun.",
    "Wait as long as `Retry-After` says and send the same request with the same key again.",
  ),
  "not-ready": notStored(
    503,
    "same_key",
    "The server is not ready",
    "The server is starting or stopping, or cannot reach its database. Nothing was begun that a repeat with the same key would do twice.",
    "Wait as long as `Retry-After` says and send the same request with the same key again.",
  ),
  fault: notStored(
    500,
    "same_key",
    "The server has made a mistake",
    "Something failed that should not; it was logged under the request's id.",
    "Send the same request with the same key again: it cannot take effect twice. If it fails again, report the request id.",
  ),
} as const satisfies Record<string, Row>;
