import { createHash } from "node:crypto";

/** What makes two requests the same one. The query is what stands after `?`; the body is canonical JSON, undefined when there was none. */
export type FingerprintParts = {
  readonly path: string;
  readonly query: string;
  readonly body: string | undefined;
  readonly ifMatch: string | undefined;
};

/**
 * The sha256 over path, query, body and `If-Match`. Each part goes in behind its length, so that nothing can move from one part to its
 * neighbour; one that is missing is not one that is empty.
 */
export function fingerprint({ path, query, body, ifMatch }: FingerprintParts): Buffer {
  const hash = createHash("sha256");
  for (const part of [path, query, body, ifMatch]) {
    if (part === undefined) hash.update("-;");
    else hash.update(`${Buffer.byteLength(part)};`).update(part);
  }
  return hash.digest();
}
