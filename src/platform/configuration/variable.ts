import { isIP } from "node:net";

/** What a variable of the environment came to: its value, or what is wrong with it, in words that follow its name. */
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly mistake: string };

/** One variable of the environment, declared once: how it is read, and what its row of docs/configuration.md says. */
export type Variable<T> = {
  readonly name: string;
  readonly form: string;
  readonly default: string;
  readonly meaning: string;
  /** `undefined` for a variable that is not set; an empty one counts as not set. */
  readonly read: (text: string | undefined) => Reading<T>;
};

/** What variables have in common beside their kind. */
type Words = { readonly name: string; readonly meaning: string };

const good = <T>(value: T): Reading<T> => ({ ok: true, value });
const bad = (mistake: string): Reading<never> => ({ ok: false, mistake });

/** A whole number within bounds. `unit` is said in the documentation. */
export function integer(words: Words & { default: number; least: number; most: number; unit?: string }): Variable<number> {
  const unit = words.unit === undefined ? "" : ` ${words.unit}`;
  const form = `${words.least} to ${words.most}${unit}`;
  return {
    name: words.name,
    meaning: words.meaning,
    form,
    default: String(words.default),
    read: (text) => {
      if (text === undefined) return good(words.default);
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return value >= words.least && value <= words.most ? good(value) : bad(`is to be a whole number from ${form}, not "${text}"`);
    },
  };
}

/** One of a few words. */
export function choice<const Choice extends string>(
  words: Words & { default: NoInfer<Choice>; choices: readonly Choice[] },
): Variable<Choice> {
  const form = words.choices.join(", ");
  return {
    name: words.name,
    meaning: words.meaning,
    form,
    default: words.default,
    read: (text) => {
      if (text === undefined) return good(words.default);
      const chosen = words.choices.find((known) => known === text);
      return chosen === undefined ? bad(`is to be one of ${form}, not "${text}"`) : good(chosen);
    },
  };
}

/** `on` or `off`. */
export function onOff(words: Words & { default: boolean }): Variable<boolean> {
  const { read, ...said } = choice({ ...words, default: words.default ? "on" : "off", choices: ["on", "off"] });
  return {
    ...said,
    read: (text) => {
      const reading = read(text);
      return reading.ok ? good(reading.value === "on") : reading;
    },
  };
}

/** A connection string of PostgreSQL. It holds a password, so no mistake quotes it. */
export function postgresUrl(words: Words & { otherwise: string }): Variable<string | undefined> {
  return {
    name: words.name,
    meaning: words.meaning,
    form: "postgresql://user:password@host:port/database",
    default: words.otherwise,
    read: (text) => {
      if (text === undefined) return good(undefined);
      const known = URL.canParse(text) && ["postgresql:", "postgres:"].includes(new URL(text).protocol);
      return known ? good(text) : bad("is to be a URL like postgresql://user:password@host:5432/database");
    },
  };
}

/** A secret of at least `least` characters. No mistake quotes it. */
export function secret(words: Words & { least: number; otherwise: string }): Variable<string | undefined> {
  return {
    name: words.name,
    meaning: words.meaning,
    form: `at least ${words.least} characters`,
    default: words.otherwise,
    read: (text) => (text === undefined || text.length >= words.least ? good(text) : bad(`is to have at least ${words.least} characters`)),
  };
}

/** An address to listen on. */
export function address(words: Words & { default: string }): Variable<string> {
  return {
    ...words,
    form: "an IP address or localhost",
    read: (found) => {
      if (found === undefined) return good(words.default);
      return isIP(found) !== 0 || found === "localhost" ? good(found) : bad(`is to be an IP address or localhost, not "${found}"`);
    },
  };
}

/** Any text, or a fixed one when it is not set. */
export function text<Otherwise extends string | undefined>(
  words: Words & { form: string; default: Otherwise; otherwise: string },
): Variable<string | Otherwise> {
  return {
    name: words.name,
    meaning: words.meaning,
    form: words.form,
    default: words.otherwise,
    read: (found) => good(found ?? words.default),
  };
}
