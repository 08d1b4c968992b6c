import type { TLocalizedValidationError } from "typebox/error";
import type { Static, TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Settings } from "typebox/system";
import { assert } from "../kernel/assert.ts";
import type { FieldError } from "./problem.ts";
import { sentenceOfPattern } from "./shapes.ts";

/** How many fields one problem names at most; a list of 3,000 wrong lines is told by its first ones. */
export const mostFields = 20;

// One wrong field can have several errors, of which the most telling is kept.
Settings.Set({ maxErrors: 3 * mostFields });

/** Judges a value: no errors, or the fields that are wrong, at most twenty, each named once. */
export type Validate<Value> = (
  value: unknown,
) => { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly errors: readonly FieldError[] };

/**
 * Compiles a schema of a request. Nothing is converted, removed or filled in: a value passes as it is or not at all.
 *
 * @throws AssertionFailed when a part of the schema has no bound (`name` says which schema)
 */
export function compileRequest<S extends TSchema>(schema: S, name: string): Validate<Static<S>> {
  assertBounded(schema as object, name);
  const compiled = Compile(schema);
  return (value) => {
    if (compiled.Check(value)) return { ok: true, value: value as Static<S> };
    return { ok: false, errors: fieldErrors(compiled.Errors(value)) };
  };
}

type Plain = {
  readonly type?: unknown;
  readonly [keyword: string]: unknown;
};

/** Every object is closed, every text, list and number of a request has an upper bound. */
function assertBounded(part: object, name: string): void {
  const schema = part as Plain;
  const has = (keyword: string): boolean => schema[keyword] !== undefined;
  if (has("const") || has("enum")) return;
  if (has("anyOf")) {
    for (const [index, branch] of (schema["anyOf"] as Plain[]).entries()) assertBounded(branch, `${name}/anyOf/${index}`);
    return;
  }
  switch (schema.type) {
    case "object":
      if (typeof schema["additionalProperties"] === "object") {
        assert(has("maxProperties") && has("propertyNames"), `${name} is an open object without a bound`);
        assertBounded(schema["additionalProperties"] as Plain, `${name}/*`);
        assertBounded(schema["propertyNames"] as Plain, `${name}/~names`);
      } else {
        assert(schema["additionalProperties"] === false, `${name} is an open object`);
      }
      for (const [member, part] of Object.entries((schema["properties"] ?? {}) as Record<string, Plain>))
        assertBounded(part, `${name}/${member}`);
      return;
    case "array":
      assert(has("maxItems"), `${name} is a list without a bound`);
      assertBounded(schema["items"] as Plain, `${name}/*`);
      return;
    case "string":
      assert(has("maxLength"), `${name} is a text without a bound`);
      return;
    case "integer":
      assert(has("minimum") && has("maximum"), `${name} is a number without bounds`);
      return;
    case "boolean":
    case "null":
      return;
    default:
      assert(false, `${name} is of a type that requests do not have: ${String(schema.type)}`);
  }
}

function fieldErrors(found: readonly TLocalizedValidationError[]): readonly FieldError[] {
  const named = new Map<string, string>();
  for (const error of found) {
    for (const { pointer, detail } of explain(error)) {
      if (!named.has(pointer) && named.size < mostFields) named.set(pointer, detail);
    }
  }
  return [...named].map(([pointer, detail]) => ({ pointer, detail }));
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  integer: "an integer",
  object: "an object",
  array: "a list",
  boolean: "true or false",
  null: "null",
};

const nothing: readonly FieldError[] = [];

/** The sentence of one error; none for those that only sum up others. */
function explain(error: TLocalizedValidationError): readonly FieldError[] {
  const pointer = error.instancePath;
  const say = (detail: string): readonly FieldError[] => [{ pointer, detail }];
  // What is wrong inside each branch of a choice is less telling than that none of them fits.
  if (/\/anyOf\/\d+/.test(error.schemaPath)) return nothing;
  switch (error.keyword) {
    case "required":
      return error.params.requiredProperties.map((name) => ({ pointer: `${pointer}/${escapePointer(name)}`, detail: "is missing" }));
    case "boolean":
      return say("is not a member that this object has");
    case "additionalProperties":
      return nothing;
    case "type": {
      const wanted = [error.params.type].flat().map((type) => typeNames[type] ?? type);
      return say(`must be ${wanted.join(" or ")}`);
    }
    case "enum":
      return say(choice(error.params.allowedValues));
    case "const":
      return say(choice([error.params.allowedValue]));
    case "format":
      return say(
        error.params.format === "date" ? "must be a day of the calendar, as in 2026-11-22" : `must be a ${String(error.params.format)}`,
      );
    case "pattern":
      return say(sentenceOfPattern(String(error.params.pattern)));
    case "minLength":
      return say(`must have at least ${error.params.limit} character${error.params.limit === 1 ? "" : "s"}`);
    case "maxLength":
      return say(`must have at most ${error.params.limit} characters`);
    case "minItems":
      return say(`must have at least ${error.params.limit} item${error.params.limit === 1 ? "" : "s"}`);
    case "maxItems":
      return say(`must have at most ${error.params.limit} items`);
    case "uniqueItems":
      return say("must not have the same item twice");
    case "minimum":
      return say(`must be at least ${error.params.limit}`);
    case "maximum":
      return say(`must be at most ${error.params.limit}`);
    case "maxProperties":
      return say(`must have at most ${error.params.limit} members`);
    case "anyOf":
      return say("is none of the forms that are allowed here");
    default:
      return say(error.message);
  }
}

function choice(values: readonly unknown[]): string {
  if (values.length > 12) return "is not one of the values that are allowed here";
  return `must be ${values.map((value) => JSON.stringify(value)).join(" or ")}`;
}

/** A member's name as a token of a JSON pointer (RFC 6901). */
export function escapePointer(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
