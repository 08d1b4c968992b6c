import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stoaWords } from "./stoa-words.ts";
import { readDocument, root } from "./documents.ts";

describe("the glossary", () => {
  const glossary = readDocument("docs/glossary.md");

  test("names every table", () => {
    expect(stoaWords.tables().length).toBeGreaterThan(20);
    expect(stoaWords.tables().filter((table) => !glossary.includes(`\`${table}\``))).toEqual([]);
  });

  test("explains every state of every machine", () => {
    expect(stoaWords.states().length).toBeGreaterThan(5);
    const missing = stoaWords.states().filter(({ machine, state }) => !glossary.includes(`| ${machine} | \`${state}\` |`));
    expect(missing).toEqual([]);
  });

  test("explains no word twice in one chapter", () => {
    for (const chapter of glossary.split(/^## /m)) {
      const words = [...chapter.matchAll(/^\| ([^|]+) \| [^|`-]/gm)].map(([, word]) => word).filter((word) => word !== "word");
      expect(words).toEqual([...new Set(words)]);
    }
  });
});

describe("the decisions", () => {
  const pages = readdirSync(join(root, "docs/decisions")).filter((name) => name !== "README.md");
  const list = readDocument("docs/decisions/README.md");

  test.each(pages)("%s has its number, its four parts, and its line in the list", (name) => {
    const number = /^(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1];
    const text = readDocument(`docs/decisions/${name}`);
    expect(text).toMatch(new RegExp(`^# ${number} `));
    const parts = [...text.matchAll(/^## (.+)$/gm)].map(([, part]) => part);
    expect(parts).toEqual(["Context", "Decision", "Consequences", "Alternatives"]);
    expect(list).toContain(`- [${text.split("\n")[0]?.slice(2)}](${name})`);
  });

  test("are numbered one by one", () => {
    expect(pages.map((name) => Number(name.slice(0, 4))).toSorted((a, b) => a - b)).toEqual(pages.map((_, index) => index + 1));
  });

  test("give a reason for each package that runs in production", () => {
    const { dependencies, optionalDependencies } = JSON.parse(readDocument("package.json")) as Record<string, Record<string, string>>;
    const page = readDocument("docs/decisions/0001-what-it-is-built-on.md");
    const rows = page.split("\n").filter((row) => row.startsWith("| `"));
    const reasoned = rows.flatMap((row) => [...(row.split(" | ")[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    expect(reasoned.toSorted()).toEqual([...Object.keys({ ...dependencies, ...optionalDependencies })].toSorted());
  });
});

/** The lines of a text with a figure that was measured and without the command that repeats it. */
function claimsWithoutCommand(measured: string): string[] {
  return measured
    .split("\n")
    .filter((line) => !line.startsWith("#") && /\d/.test(line.replaceAll(/`[^`]*`/g, "")))
    .filter((line) => !/`(?:npm (?:run|test)|\.ci\/run)[^`]*`/.test(line));
}

describe("what README.md has measured", () => {
  test("names in each line with a figure the command that repeats it", () => {
    const [, measured] = /<!-- measured:begin[^>]*-->([\s\S]*?)<!-- measured:end -->/.exec(readDocument("README.md")) ?? [];
    expect(measured).toBeDefined();
    expect(claimsWithoutCommand(measured ?? "")).toEqual([]);
  });

  test("would be found out without one", () => {
    const text = "| orders a second | 1,234 |\n| orders a second | 1,234 | `npm run bench -- place` |\nNo figure here.";
    expect(claimsWithoutCommand(text)).toEqual(["| orders a second | 1,234 |"]);
  });
});
