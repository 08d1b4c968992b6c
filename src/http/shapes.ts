import Type, { type TProperties, type TSchema } from "typebox";
import { currencies } from "../kernel/currencies.ts";
import { type Kind, prefixes } from "../kernel/ids.ts";

const largestInteger = Number.MAX_SAFE_INTEGER;
const sentences = new Map<string, string>();

/** A pattern, and the sentence for a text that does not match it. */
export function patternWith(pattern: string, sentence: string): string {
  sentences.set(pattern, sentence);
  return pattern;
}

/** What to tell the sender of a text that does not match this pattern. */
export function sentenceOfPattern(pattern: string): string {
  return sentences.get(pattern) ?? `does not match ${pattern}`;
}

/** An object that takes these members and no others. Every object of a request is one. */
export function closed<P extends TProperties>(properties: P, description?: string) {
  return Type.Object(properties, { additionalProperties: false, ...(description === undefined ? {} : { description }) });
}

/** The prefixed id of one kind of thing. */
export function idOf<K extends Kind>(kind: K) {
  const prefix = prefixes[kind];
  const pattern = patternWith(
    `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`,
    `must be an id that begins with ${prefix}_, as this API gave it out`,
  );
  return Type.String({ pattern, maxLength: 30 });
}

const oneLine = patternWith(
  "^(?=.*\\S)[^\\u0000-\\u001f\\u007f]+$",
  "must be one line of text: not only white space, no control characters",
);

/** One line of text: 1 to `maxLength` characters, not only white space, no control characters. */
export function text(maxLength: number, description?: string) {
  return Type.String({ minLength: 1, maxLength, pattern: oneLine, ...(description === undefined ? {} : { description }) });
}

const trimmedLine = patternWith(
  "^[^\\s\\u0000-\\u001f\\u007f](?:[^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f])?$",
  "must be one line of text that neither begins nor ends with white space, without control characters",
);

/** A name that is compared: one line of 1 to `maxLength` characters without white space at its ends, which nobody would see. */
export function name(maxLength: number, description?: string) {
  return Type.String({ minLength: 1, maxLength, pattern: trimmedLine, ...(description === undefined ? {} : { description }) });
}

/** An integer between the two bounds, both included. */
export function integer(minimum: number, maximum: number, description?: string) {
  return Type.Integer({ minimum, maximum, ...(description === undefined ? {} : { description }) });
}

/** A list of at least `minItems` and at most `maxItems`. */
export function listOf<T extends TSchema>(items: T, minItems: number, maxItems: number) {
  return Type.Array(items, { minItems, maxItems });
}

/** A closed choice of words. */
export function oneOf<const Words extends readonly string[]>(words: Words) {
  return Type.Unsafe<Words[number]>({ type: "string", enum: [...words] });
}

/** A currency of ISO 4217 that has a minor unit. */
export const currencyCode = Type.Unsafe<string>({ type: "string", enum: currencies().map(String), description: "ISO 4217" });

/** An amount in the currency's minor unit, never negative. */
export const money = closed({ amount: integer(0, largestInteger, "In the currency's minor unit"), currency: currencyCode });

/** An amount that may be below zero: by how much another one changed. */
export const signedMoney = closed({
  amount: integer(-largestInteger, largestInteger, "In the currency's minor unit; below zero for less"),
  currency: currencyCode,
});

/** An amount above zero. */
export const positiveMoney = closed({ amount: integer(1, largestInteger, "In the currency's minor unit"), currency: currencyCode });

/** ISO 3166-1 alpha-2. */
export const countryCode = Type.String({ pattern: "^[A-Z]{2}$", maxLength: 2, description: "ISO 3166-1 alpha-2" });

/** RFC 3339 in UTC, with milliseconds. */
export const instant = Type.String({
  format: "date-time",
  maxLength: 24,
  pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$",
});

/** A moment that a caller asks about in a query: RFC 3339 in UTC. Read it by `momentInQuery`. */
export const momentAsked = Type.String({
  maxLength: 24,
  pattern: patternWith(
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,3})?Z$",
    "must be a moment in UTC, as in 2026-11-22T12:00:00Z",
  ),
  description: "RFC 3339 in UTC",
});

/** A query parameter that names one or several of these words: `state=reserved&state=confirmed`. */
export function someOf<const Words extends readonly string[]>(words: Words) {
  return Type.Array(oneOf(words), { minItems: 1, maxItems: words.length, uniqueItems: true, description: "May be given several times" });
}

/** A day of the calendar, `2026-11-22`. */
export const day = Type.String({ format: "date", maxLength: 10 });

/** How many units one request may ask for or move. */
export const quantity = integer(1, 1_000_000_000);

/** The version of a resource, as its `ETag` says it. */
export const version = integer(1, 2_147_483_647);

/** A postal address. */
export const address = closed({ street: text(200), city: text(100), postal_code: text(20), country: countryCode });

/** Names and values that tell variants of a product apart. */
export const attributes = Type.Unsafe<Record<string, string>>({
  type: "object",
  additionalProperties: text(200),
  propertyNames: text(64),
  maxProperties: 50,
  description: "What tells this variant from the others: name and value",
});

/** The answer of a list: from new to old, `next_cursor` null on the last page. */
export function pageOf<T extends TSchema>(item: T) {
  return closed({ items: listOf(item, 0, 200), next_cursor: Type.Union([Type.String({ maxLength: 200 }), Type.Null()]) });
}
