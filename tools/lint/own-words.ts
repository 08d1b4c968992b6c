import { lineAt } from "./project.ts";
import type { Rule } from "./project.ts";

/** This file and its test spell out what nobody else may write. */
const spelledHere = new Set(["tools/lint/own-words.ts", "tests/law/lints.test.ts"]);

const foreign: readonly { pattern: RegExp; why: string; inTests?: false }[] = [
  { pattern: /(?<![\w.])\/(work|root)\/[\w.-]+/g, why: "a path of somebody's machine" },
  // A test may invent a home.
  { pattern: /(?<![\w.])\/(home|Users)\/[\w.-]+|(?<![\w.])\/tmp\/(?!stoa)[\w.-]+/g, why: "a path of somebody's machine", inTests: false },
  { pattern: /\bregistry\.[a-z]+(js|arn)?\.[a-z]+\b|\bnpmjs\.(org|com)\b/gi, why: "a registry's host" },
  { pattern: /\b(issue|ticket|pull request|PR)\s+#?\d+\b/gi, why: "a number that only a tracker knows" },
  { pattern: /\b(chatgpt|copilot|claude|anthropic|openai|llm|language model)\b/gi, why: "not of this project" },
];

export const rule: Rule = {
  name: "own-words",
  sentence: "The project speaks of itself alone, in words that hold on every machine.",
  find({ texts }) {
    const read = texts.filter(({ path }) => !spelledHere.has(path) && path !== "package-lock.json" && path !== "LICENSE");
    const violations = read.flatMap(({ path, text }) =>
      foreign.flatMap(({ pattern, why, inTests }) =>
        inTests === false && path.startsWith("tests/")
          ? []
          : [...text.matchAll(pattern)].map((match) => ({ path, line: lineAt(text, match.index), message: `"${match[0]}" is ${why}` })),
      ),
    );
    return { read: read.length, violations };
  },
};
