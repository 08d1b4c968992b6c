import type { TSchema } from "typebox";

const decimal = /^-?(?:0|[1-9][0-9]{0,15})$/;

/**
 * The query as its schema sees it: a parameter that is declared an integer and written as one becomes a number, one that is declared a list
 * and came once a list of one. All else stays text (or a list, when a parameter came twice), so that the schema refuses it by its name.
 */
export function typedQuery(schema: TSchema, query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const declared = (schema as { properties?: Record<string, { type?: unknown }> }).properties ?? {};
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      const wanted = Object.hasOwn(declared, name) ? declared[name]?.type : undefined;
      if (typeof value !== "string") return [name, value];
      if (wanted === "array") return [name, [value]];
      return [name, wanted === "integer" && decimal.test(value) ? Number(value) : value];
    }),
  );
}

/** One text for the same parameters in whatever order they came: part of a request's fingerprint. */
export function canonicalQuery(rawUrl: string): string {
  const at = rawUrl.indexOf("?");
  if (at === -1) return "";
  const parameters = new URLSearchParams(rawUrl.slice(at + 1));
  parameters.sort();
  return parameters.toString();
}

/** The path of a request's target, as it was called. */
export function pathOf(rawUrl: string): string {
  const at = rawUrl.indexOf("?");
  return at === -1 ? rawUrl : rawUrl.slice(0, at);
}
