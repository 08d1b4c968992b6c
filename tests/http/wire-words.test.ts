import { expect, test } from "vitest";
import { operations } from "./described-operations.ts";

type Schema = { readonly [member: string]: unknown };

/** Every schema below this one, with the name of the member that it describes. */
function* membersOf(schema: unknown, name = ""): Generator<readonly [name: string, schema: Schema]> {
  if (schema === null || typeof schema !== "object") return;
  if (Array.isArray(schema)) {
    for (const each of schema) yield* membersOf(each, name);
    return;
  }
  const described = schema as Schema;
  yield [name, described];
  for (const [key, value] of Object.entries(described)) {
    if (key === "properties") {
      for (const [member, of] of Object.entries(value as Schema)) yield* membersOf(of, member);
    } else if (key === "items" || key === "anyOf") yield* membersOf(value, name);
  }
}

const described = operations.flatMap((operation) =>
  [operation.response, "body" in operation ? operation.body : undefined].flatMap((schema) =>
    [...membersOf(schema)].map(([name, each]) => ({ name, schema: each })),
  ),
);
const wordsOf = ({ schema }: { readonly schema: Schema }): readonly string[] => {
  const words = [...(Array.isArray(schema["enum"]) ? (schema["enum"] as unknown[]) : []), schema["const"]];
  return words.filter((word): word is string => typeof word === "string");
};

/** Words that are not ours: codes of other people's lists, and of problems. */
const foreign = new Set(["code", "tax_code", "tax_category", "unit", "currency", "country"]);

test("members of bodies and answers are in snake_case", () => {
  const names = new Set(described.map(({ name }) => name));
  expect([...names].filter((name) => !/^[a-z0-9_]*$/.test(name))).toEqual([]);
  expect(names.size).toBeGreaterThan(150);
});

test("states, kinds and what may be done are words in snake_case, wherever they stand", () => {
  const words = described.filter(({ name }) => !foreign.has(name)).flatMap((each) => wordsOf(each).map((word) => `${each.name}: ${word}`));
  expect([...new Set(words)].filter((word) => !/^[a-z0-9_]*: [a-z][a-z0-9_]*$/.test(word))).toEqual([]);
  expect(new Set(words).size).toBeGreaterThan(60);
});

test("what may be done is the last word of a path, with underscores, or told beside it", () => {
  const last = new Set(operations.map(({ path }) => path.split("/").at(-1)?.replaceAll("-", "_")));
  // To pack is to post a shipment, to change is to put, and a receipt is posted; asking for a cancellation is sent as `cancel`.
  const beside = new Set(["pack", "change", "record_receipt", "request_cancellation"]);
  const actions = new Set(described.filter(({ name }) => name === "allowed_actions").flatMap(wordsOf));
  expect([...actions].filter((action) => !last.has(action) && !beside.has(action))).toEqual([]);
  expect(actions.size).toBeGreaterThan(20);
});
