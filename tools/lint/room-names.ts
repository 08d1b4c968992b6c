import type { Rule } from "./project.ts";

const nameless = new Set([
  "util",
  "utils",
  "helper",
  "helpers",
  "type",
  "types",
  "service",
  "services",
  "manager",
  "common",
  "misc",
  "shared",
]);

export const rule: Rule = {
  name: "room-names",
  sentence: "A file is called by the noun it is about; utils, helpers, types, service, manager and common are about nothing.",
  find({ code }) {
    const violations = code.flatMap(({ path }) => {
      const word = path
        .replace(/(\.test)?\.ts$/, "")
        .split("/")
        .find((part) => nameless.has(part) || nameless.has(part.split("-").at(-1) ?? ""));
      return word === undefined ? [] : [{ path, line: 1, message: `"${word}" names no noun` }];
    });
    return { read: code.length, violations };
  },
};
