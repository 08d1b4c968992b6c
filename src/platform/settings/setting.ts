import type { Static, TSchema } from "typebox";
import { Check, Errors } from "typebox/value";
import { assert } from "../../kernel/assert.ts";

/**
 * A setting as it is declared, once, in code: everything the console needs to draw its form, and the schema that bounds it. `risk` is
 * high when a wrong value can keep people out or lose what has to be kept.
 */
export type Setting<Schema extends TSchema = TSchema> = {
  readonly name: string;
  readonly schema: Schema;
  readonly default: Static<Schema>;
  readonly unit: string;
  readonly risk: "low" | "high";
  readonly description: string;
};

/** The values in force. */
export type Settings = {
  /** @throws AssertionFailed for a setting that was not declared to this program */
  readonly value: <Schema extends TSchema>(setting: Setting<Schema>) => Static<Schema>;
  readonly declarations: readonly Setting[];
};

const nameForm = /^[a-z]+(_[a-z]+)*$/;

/** @throws AssertionFailed for a name that is not snake_case, a default out of its own bounds, or a setting that does not say what it does */
export function declareSetting<const Schema extends TSchema>(setting: Setting<Schema>): Setting<Schema> {
  assert(nameForm.test(setting.name), `${setting.name} is not a name for a setting`);
  assert(setting.unit !== "" && setting.description !== "", `${setting.name} says neither what it does nor in what unit`);
  assert(Check(setting.schema, setting.default), `${setting.name}: its default is outside its own bounds`);
  return Object.freeze(setting);
}

/**
 * The settings of a program: defaults, and by name what stands in their place.
 *
 * @throws AssertionFailed for a name declared twice, and in one message for every override that is unknown or out of bounds
 */
export function createSettings(declarations: readonly Setting[], overrides: Readonly<Record<string, unknown>> = {}): Settings {
  const byName = new Map<string, Setting>();
  for (const setting of declarations) {
    assert(!byName.has(setting.name), `the setting ${setting.name} is declared twice`);
    byName.set(setting.name, setting);
  }
  const mistakes = Object.entries(overrides).flatMap(([name, value]) => mistakesOf(byName.get(name), name, value));
  assert(mistakes.length === 0, mistakes.join("; "));
  const values = new Map<Setting, unknown>(
    declarations.map((setting) => [setting, Object.hasOwn(overrides, setting.name) ? overrides[setting.name] : setting.default]),
  );
  return {
    declarations,
    value: <Schema extends TSchema>(setting: Setting<Schema>) => {
      assert(values.has(setting), `the setting ${setting.name} was not declared to this program`);
      return values.get(setting) as Static<Schema>;
    },
  };
}

function mistakesOf(setting: Setting | undefined, name: string, value: unknown): string[] {
  if (setting === undefined) return [`there is no setting ${name}`];
  return Errors(setting.schema, value).map((error) => `${name} ${error.message}, not ${JSON.stringify(value)}`);
}
