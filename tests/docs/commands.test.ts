import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCommandLine } from "../../src/cli/command-line.ts";
import { allDocuments, readDocument, root } from "./documents.ts";

const { scripts } = JSON.parse(readDocument("package.json")) as { scripts: Record<string, string> };
const documents = allDocuments();
const all = documents.map((path) => ({ path, text: readDocument(path) }));

/** Code spans and blocks: where a document names what is typed. */
function typed(text: string): string {
  return [...text.matchAll(/^```\w*\n([\s\S]*?)^```|`([^`\n]+)`/gm)].map(([, block, span]) => block ?? span ?? "").join("\n");
}

describe("what the documents tell to type", () => {
  test("names scripts of package.json only", () => {
    const named = all.flatMap(({ path, text }) =>
      [...typed(text).matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, script = ""]) => ({ path, script })),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ script }) => scripts[script] === undefined)).toEqual([]);
  });

  test("names commands that stoa takes", () => {
    const words = new Set(
      all.flatMap(({ text }) =>
        [...typed(text).matchAll(/(?:npm run stoa -- |^stoa )(operator init|[a-z]+)((?: --[a-z]+)*)/gm)].map(
          ([, command = "", options = ""]) => `${command}${options}`,
        ),
      ),
    );
    expect([...words].toSorted()).toEqual(expect.arrayContaining(["doctor", "migrate", "operator init", "serve"]));
    for (const line of words) expect(() => readCommandLine(line.split(" "))).not.toThrow();
  });

  test("names files and folders that are there", () => {
    const places = all.flatMap(({ path, text }) =>
      [...typed(text).matchAll(/(?<![\w/.])((?:src|tests|tools|bench|replay|db|bin)\/[\w./-]+)/g)].map(([, place = ""]) => ({
        path,
        place: place.replace(/[/.]$/, ""),
      })),
    );
    expect(places.length).toBeGreaterThan(30);
    const patterns = /NNNN|<|\*|-$/;
    expect(places.filter(({ place }) => !patterns.test(place) && !existsSync(join(root, place)))).toEqual([]);
  });

  test("tells to test with npm test", () => {
    expect(readDocument("README.md")).toMatch(/^## Tests\n\n```sh\nnpm test\n```$/m);
  });
});
