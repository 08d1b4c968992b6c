import { missingOptionalPackages } from "../complete-lockfile.ts";
import { lineAt } from "./project.ts";
import type { Rule } from "./project.ts";

export const rule: Rule = {
  name: "lockfile",
  sentence: "package-lock.json names no download address, and package.json no version but exact ones.",
  find({ texts }) {
    const lockfile = texts.find(({ path }) => path === "package-lock.json");
    const manifest = texts.find(({ path }) => path === "package.json");
    if (lockfile === undefined || manifest === undefined) return { read: 0, violations: [] };
    const addresses = [...lockfile.text.matchAll(/"resolved"|https?:\/\/[^"]+\.tgz/g)].map((match) => ({
      path: lockfile.path,
      line: lineAt(lockfile.text, match.index),
      message: `${match[0]}: install again with omit-lockfile-registry-resolved=true`,
    }));
    const { packages } = JSON.parse(lockfile.text) as { packages: Parameters<typeof missingOptionalPackages>[0] };
    const missing = Object.keys(missingOptionalPackages(packages)).map((name) => ({
      path: lockfile.path,
      line: 1,
      message: `${name} is missing: run node tools/complete-lockfile.ts`,
    }));
    const declared = JSON.parse(manifest.text) as Record<string, Record<string, string> | undefined>;
    const loose = ["dependencies", "devDependencies", "optionalDependencies"].flatMap((kind) =>
      Object.entries(declared[kind] ?? {})
        .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        .map(([name, version]) => ({ path: manifest.path, line: 1, message: `${name}@${version} is not an exact version` })),
    );
    return { read: Object.keys(packages).length, violations: [...addresses, ...missing, ...loose] };
  },
};
