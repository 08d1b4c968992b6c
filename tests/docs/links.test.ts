import { existsSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { allDocuments, readDocument, root, withoutCode } from "./documents.ts";

/** The anchor that a heading gets. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
}

/** What is wrong with the links of a document; `text` stands at `path`. */
function brokenLinks(path: string, text: string): string[] {
  const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? "");
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .flatMap((target) => {
      const [file = "", anchor] = target.split("#");
      const found = file === "" ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(root, found))) return [`${path}: ${target} leads nowhere`];
      if (anchor === undefined || statSync(join(root, found)).isDirectory()) return [];
      const headings = [...(found === path ? text : readDocument(found)).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
        anchorOf(heading ?? ""),
      );
      return headings.includes(anchor) ? [] : [`${path}: ${target} names no heading`];
    });
}

describe("the documents", () => {
  test("lead somewhere with every relative link", () => {
    const documents = allDocuments();
    expect(documents.length).toBeGreaterThan(20);
    expect(documents.flatMap((path) => brokenLinks(path, readDocument(path)))).toEqual([]);
  });

  test("would be found out by a link that leads nowhere or to no heading", () => {
    const text = "[one](no-such-file.md) [two](README.md#no-such-heading) [three](#here)\n\n## Here\n\n`[four](in-code.md)`";
    expect(brokenLinks("README.md", text)).toEqual([
      "README.md: no-such-file.md leads nowhere",
      "README.md: README.md#no-such-heading names no heading",
    ]);
  });

  test("are all reached from README.md", () => {
    const reached = new Set<string>();
    const follow = (path: string): void => {
      if (reached.has(path) || !path.endsWith(".md") || !existsSync(join(root, path))) return;
      reached.add(path);
      for (const [, target = ""] of withoutCode(readDocument(path)).matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)) {
        if (!/^[a-z]+:/.test(target)) follow(normalize(join(dirname(path), target)));
      }
    };
    follow("README.md");
    expect(allDocuments().filter((path) => !reached.has(path))).toEqual([]);
  });
});
