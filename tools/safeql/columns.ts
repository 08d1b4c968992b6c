/** One or several of these TypeScript types as a parameter: also in an array, read-only, or with null. */
function parameters(names: string): { regex: string } {
  return { regex: `(readonly )?\\(?(${names})( \\| (null|undefined))*\\)?` };
}

/**
 * How PostgreSQL's types and ours meet. `parameter` says which TypeScript types are sent as this type, `return` what the parsers of
 * src/platform/db make of it; rows.ts reads these words.
 */
export const columnTypes = {
  uuid: { parameter: parameters("\\w*Id|Id<.*>|Uuid"), return: "uuid" },
  text: { parameter: parameters("string|Currency(<.*>)?"), return: "string" },
  // A tuple of texts, `["open", "closed"] as const`.
  _text: { parameter: { regex: 'readonly \\[".*"\\]' }, return: "string[]" },
  int2: { parameter: parameters("never"), return: "number" },
  int4: { parameter: parameters("number|Quantity"), return: "number" },
  int8: { parameter: parameters("bigint|MinorUnits"), return: "bigint" },
  bool: { parameter: parameters("boolean"), return: "boolean" },
  bytea: { parameter: parameters("Buffer(<.*>)?"), return: "Buffer" },
  timestamptz: { parameter: parameters("InstantText"), return: "Instant" },
  date: { parameter: parameters("never"), return: "string" },
  numeric: { parameter: parameters("never"), return: "string" },
  interval: { parameter: parameters("never"), return: "string" },
  json: { parameter: parameters("never"), return: "json" },
  jsonb: { parameter: parameters("never"), return: "json" },
  regclass: { parameter: parameters("never"), return: "string" },
  name: { parameter: parameters("never"), return: "string" },
};
