import { describe, expect, test } from "vitest";
import { lockOrder } from "../../src/platform/db/lock-order.ts";
import { roles } from "../../src/platform/db/roles.ts";
import { importRules } from "../../tools/law.ts";
import { rules } from "../../tools/lint/rules.ts";
import { readDocument } from "./documents.ts";

const text = readDocument("ARCHITECTURE.md");

describe("ARCHITECTURE.md", () => {
  test("names every rule of the law and every lint", () => {
    const names = [...importRules, ...rules].map(({ name }) => name);
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  test("gives the order of locks as the code has it", () => {
    const [, chapter = ""] = text.split("## Locks\n");
    const written = chapter.split("\n\n").find((paragraph) => paragraph.includes(" · ")) ?? "";
    expect(written.trim().split(/\s*·\s*/)).toEqual(lockOrder.map((kind) => kind.replaceAll("_", " ")));
  });

  test("says of every role of the database what it may", () => {
    const [, chapter = ""] = text.split("## Who may do what in the database\n");
    const described = [...chapter.matchAll(/^\| `(stoa_\w+)` \|/gm)].map(([, role]) => role ?? "");
    expect(described.toSorted()).toEqual([...roles].toSorted());
  });
});
