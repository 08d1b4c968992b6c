import { createHash } from "node:crypto";
import { parseUuid, type Uuid } from "../kernel/ids.ts";
import { canonicalJson } from "./canonical.ts";
import type { JsonValue } from "./json.ts";
import { refuse } from "./refuse.ts";

/** Where a page ended: the id of its last row, and a second one where the list is ordered by two. */
export type Position = readonly [Uuid, Uuid];

const last = "ffffffff-ffff-ffff-ffff-ffffffffffff" as Uuid;

/** Stands behind every row: from here a list begins at its newest. */
export const lastPosition: Position = [last, last];

const format = 1;
const cursorBytes = 1 + 8 + 32;

/** Where a row stands, as a whole position. */
export function positionOf([first, second = last]: readonly [Uuid] | readonly [Uuid, Uuid]): Position {
  return [first, second];
}

/** A cursor for the rows behind `at`. It holds, in base64url: a version, eight bytes of a checksum over what it belongs to, two ids. */
export function makeCursor(at: readonly [Uuid] | readonly [Uuid, Uuid], belongsTo: object): string {
  const ids = Buffer.from(positionOf(at).join("").replaceAll("-", ""), "hex");
  return Buffer.concat([Buffer.from([format]), checksum(ids, belongsTo), ids]).toString("base64url");
}

/**
 * Reads a cursor that was given out for the same operation, organisation and filters.
 *
 * @throws Refused request-invalid naming /cursor
 */
export function readCursor(text: string, belongsTo: object): Position {
  const bytes = Buffer.from(text, "base64url");
  const ids = bytes.subarray(9);
  const whole = bytes.length === cursorBytes && bytes[0] === format && bytes.toString("base64url") === text;
  if (!whole || !bytes.subarray(1, 9).equals(checksum(ids, belongsTo))) {
    throw refuse("request-invalid", {
      errors: [{ pointer: "/cursor", detail: "is not a cursor that this list gave out for these parameters" }],
    });
  }
  return [uuidAt(ids, 0), uuidAt(ids, 16)];
}

// Not a signature: a forged cursor shows nothing that the query's own role and organisation would not. It catches mistakes.
function checksum(ids: Buffer, belongsTo: object): Buffer {
  const text = canonicalJson(JSON.parse(JSON.stringify(belongsTo)) as JsonValue);
  return createHash("sha256").update(text).update(ids).digest().subarray(0, 8);
}

function uuidAt(bytes: Buffer, offset: number): Uuid {
  const digits = bytes.toString("hex", offset, offset + 16);
  const text = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join("-");
  return parseUuid(text) ?? last;
}
