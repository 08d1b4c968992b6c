import { readProject } from "../lint/project.ts";
import type { Rule } from "../lint/project.ts";
import { rules } from "../lint/rules.ts";
import type { Check } from "./outcome.ts";

let project: ReturnType<typeof readProject> | undefined;

function asCheck(rule: Rule): Check {
  return {
    name: rule.name,
    run(root) {
      project ??= readProject(root);
      const { read, violations } = rule.find(project);
      const problems = violations.map(({ path, line, message }) => `${path}:${line} ${message}`);
      return Promise.resolve({ read, unit: "places", problems: problems.length === 0 ? [] : [rule.sentence, ...problems] });
    },
  };
}

/** The lints of our own, each a check by its own name; they share one reading of the checkout. */
export const checks: readonly Check[] = rules.map(asCheck);
