import { createHash } from "node:crypto";
import type { Instant } from "../kernel/clock.ts";
import type { Refused } from "../kernel/refusal.ts";
import { refuse } from "./refuse.ts";

/** The strong entity tag of a version (RFC 9110 section 8.8.3), with the answer to a write. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/**
 * The entity tag of what a read shows. It is made of the bytes, because what is shown can change while the version stays: what the caller
 * may do, how much of a limit is used. Where there is a version it stands in front, and the tag can be sent in `If-Match`.
 */
export function readTag(version: number | undefined, body: Buffer): string {
  const digest = createHash("sha256").update(body).digest("base64url").slice(0, digestLength);
  return version === undefined ? `W/"${digest}"` : `"${version}-${digest}"`;
}

const digestLength = 22; // 132 bits

/** Whether `If-None-Match` names this tag, by the weak comparison (RFC 9110 section 13.1.2). What is no list of tags names none. */
export function namesTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const text = ifNoneMatch.trim();
  if (text === "*") return true;
  const opaque = (each: string): string => each.trim().replace(/^W\//, "");
  return tagList.test(text) && text.split(",").some((each) => opaque(each) === opaque(tag));
}

/** IMF-fixdate (RFC 9110 section 5.6.7), the form of the header `date`. */
export function httpDate(at: Instant): string {
  return new Date(at).toUTCString();
}

const tagList = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?:[ \t]*,[ \t]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")*$/;
const versionTag = /^"([1-9][0-9]{0,9})(?:-[\w-]{22})?"$/;

/**
 * Reads `If-Match` (RFC 9110 section 13.1.1): `*`, or tags of which the strong ones that are versions count. A list without one of ours
 * is empty and matches nothing.
 *
 * @throws Refused request-invalid for what is neither
 */
export function readIfMatch(header: string | undefined): readonly number[] | "*" | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (text === "*") return "*";
  if (!tagList.test(text)) throw invalidIfMatch('must be "*" or entity tags in double quotes, as `ETag` gave them');
  return text.split(",").flatMap((tag) => {
    const version = versionTag.exec(tag.trim())?.[1];
    return version === undefined ? [] : [Number(version)];
  });
}

/** `If-Match` on an operation that makes something new: there is no version that it could mean. */
export function invalidIfMatch(detail: string): Refused {
  return refuse("request-invalid", { errors: [{ pointer: "/if-match", detail }] });
}
