import type { JsonValue } from "./json-reader.ts";

/**
 * The same text for the same JSON value, whatever the order of its members and its white space were: members sorted by UTF-16 code
 * unit, no white space. It is what a request's fingerprint is taken over.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  let text = "";
  if (Array.isArray(value)) {
    for (const element of value) text += (text === "" ? "" : ",") + canonicalJson(element);
    return `[${text}]`;
  }
  for (const name of Object.keys(value).sort()) {
    text += `${text === "" ? "" : ","}${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`;
  }
  return `{${text}}`;
}
