import type { Instant } from "../kernel/clock.ts";
import type { Refused } from "../kernel/refusal.ts";
import { refuse } from "./refuse.ts";

/** The strong entity tag of a version (RFC 9110 section 8.8.3). */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/** IMF-fixdate (RFC 9110 section 5.6.7), the form of the header `date`. */
export function httpDate(at: Instant): string {
  return new Date(at).toUTCString();
}

const tagList = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?:[ \t]*,[ \t]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")*$/;
const versionTag = /^"([1-9][0-9]{0,9})"$/;

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
