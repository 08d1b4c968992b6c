import type { ReporterOptions } from "knip";

/** Says how much knip read: its own reporters are silent about that when there is nothing to report. */
export default function report({ counters }: ReporterOptions): void {
  process.stdout.write(`knip read ${counters.processed} files\n`);
}
