import type { TSchema } from "typebox";

/** A column of a flat table: its name, and the members that lead to its value. */
export type Column = { readonly name: string; readonly path: readonly string[] };

type Plain = {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly anyOf?: readonly TSchema[];
};

/** The columns of an item, in the order of its schema: `total.amount` for a member of a member. A list or a map is one column. */
export function columnsOf(schema: TSchema, path: readonly string[] = []): readonly Column[] {
  const { properties, anyOf } = schema as Plain;
  if (properties !== undefined) return Object.entries(properties).flatMap(([name, member]) => columnsOf(member, [...path, name]));
  const [only, ...others] = (anyOf ?? []).filter((branch) => (branch as Plain).type !== "null");
  if (only !== undefined && others.length === 0) return columnsOf(only, path);
  return [{ name: path.join("."), path }];
}

/** The first record, with the names of the columns. */
export function csvHeader(columns: readonly Column[]): string {
  return csvRecord(columns.map(({ name }) => name));
}

/** The record of one item. */
export function csvRow(columns: readonly Column[], item: unknown): string {
  return csvRecord(columns.map(({ path }) => valueAt(item, path)));
}

/**
 * One record (RFC 4180), with its CRLF. Numbers and truth values stand as they are; what there is not is empty, and an empty text is `""`.
 * Lists and maps are JSON texts. A text that a spreadsheet would run as a formula gets a single quote in front.
 */
export function csvRecord(values: readonly unknown[]): string {
  return `${values.map(field).join(",")}\r\n`;
}

function valueAt(item: unknown, path: readonly string[]): unknown {
  let value = item;
  for (const name of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

function field(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = harmless(typeof value === "string" ? value : JSON.stringify(value));
  // Semicolons and tabs part fields where a comma parts decimals.
  return text === "" || /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// What begins a formula, in the wide forms of Japanese keyboards too, behind whatever cannot be seen.
const formula = /^[\s\p{C}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u;

function harmless(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}
