import type { JsonValue } from "./json.ts";

/**
 * The same text for the same JSON value, whatever the order of its members and its white space were: members sorted by UTF-16 code
 * unit, no white space. It is what a request's fingerprint is taken over.
 */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.keys(value).toSorted();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`).join(",")}}`;
}
