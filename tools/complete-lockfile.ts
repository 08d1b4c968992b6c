// npm leaves an optional package out of package-lock.json when the registry it asked does not carry it, and `npm ci` then refuses the
// lockfile. This adds each one that is missing, with the version its parent pins and the platform its name states.
import { readFileSync, writeFileSync } from "node:fs";

interface LockedPackage {
  version?: string;
  cpu?: string[];
  dev?: boolean;
  libc?: string[];
  optional?: boolean;
  os?: string[];
  optionalDependencies?: Record<string, string>;
}

const systems = ["android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "aix", "win32"];
const processors = ["arm64", "x64", "arm", "ia32", "ppc64", "riscv64", "s390x", "loong64", "mips64el"];

/** Says what a platform package's name says: `@oxlint/binding-linux-arm64-musl` is linux, arm64, musl. Undefined when it names no system. */
export function platformOf(name: string): Pick<LockedPackage, "cpu" | "libc" | "os"> | undefined {
  const words = name.split(/[/-]/);
  const system = systems.find((candidate) => words.includes(candidate));
  const processor = processors.find((candidate) => words.includes(candidate));
  if (system === undefined) return undefined;
  const libc = words.includes("musl") || words.includes("musleabihf") ? ["musl"] : words.includes("gnu") ? ["glibc"] : undefined;
  return { ...(processor ? { cpu: [processor] } : {}), ...(libc ? { libc } : {}), os: [system] };
}

/** Lists what the lockfile's packages name as optional and the lockfile does not hold, by path. */
export function missingOptionalPackages(packages: Record<string, LockedPackage>): Record<string, LockedPackage> {
  const missing: Record<string, LockedPackage> = {};
  for (const [path, locked] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(locked.optionalDependencies ?? {})) {
      const present = `node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages;
      const platform = platformOf(name);
      if (present || platform === undefined) continue;
      missing[`node_modules/${name}`] = { version, ...(locked.dev ? { dev: true } : {}), optional: true, ...platform };
    }
  }
  return missing;
}

if (import.meta.main) {
  const lockfile = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, LockedPackage> };
  const missing = missingOptionalPackages(lockfile.packages);
  const { "": root, ...others } = { ...lockfile.packages, ...missing };
  const sorted = Object.entries(others).sort(([left], [right]) => (left < right ? -1 : 1));
  lockfile.packages = { ...(root ? { "": root } : {}), ...Object.fromEntries(sorted) };
  writeFileSync("package-lock.json", `${JSON.stringify(lockfile, null, 2)}\n`);
  process.stdout.write(`${Object.keys(missing).length} optional packages added to package-lock.json\n`);
}
