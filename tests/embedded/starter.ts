import { EmbeddedFailure, type EmbeddedOptions, startEmbedded } from "../../src/platform/db/embedded/index.ts";
import { ask } from "./asking.ts";

// A process of its own that uses an embedded server: `starter.ts <options as JSON>`. It prints one line of JSON when the server is up, and
// leaves it when asked to end. To an interrupt it first answers with a statement, as an application that drains does.

const options = JSON.parse(process.argv[2] ?? "{}") as Omit<EmbeddedOptions, "log">;

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

try {
  const embedded = await startEmbedded({ ...options, log: () => undefined });
  const { ownerUrl, port, pid, binariesDirectory } = embedded;
  const leave = async () => {
    await embedded.stop();
    process.exit(0);
  };
  const drainAndLeave = async () => {
    say({ drained: await ask(ownerUrl, "select 1 as one") });
    await leave();
  };
  process.once("SIGTERM", () => void leave());
  process.once("SIGINT", () => void drainAndLeave());
  say({ ownerUrl, port, pid, binariesDirectory, uid: process.getuid?.() });
  // The server is not ours to wait for: this keeps the process until it is told to end.
  setInterval(() => undefined, 60_000);
} catch (error) {
  if (!(error instanceof EmbeddedFailure)) throw error;
  say({ failure: error.message, serverLog: error.serverLog });
  process.exit(1);
}
