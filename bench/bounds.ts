/** What the figures must reach: the name, the bound, and on which side of it the figure has to be. */
const bounds: readonly (readonly [name: string, side: "at least" | "at most", bound: number])[] = [
  ["coalescing", "at least", 2.5],
  ["commits_per_order", "at most", 0.125],
  ["hot_to_place", "at least", 0.6],
  ["oversold", "at most", 0],
  ["undersold", "at most", 0],
  ["big_to_small", "at most", 15],
  ["deadlines_not_cancelled", "at most", 0],
  ["lifecycle_to_place", "at least", 0.15],
  ["lifecycle_not_finished", "at most", 0],
  ["invoices_to_place", "at least", 0.3],
  ["invoice_number_gaps", "at most", 0],
  ["invoice_dates_falling", "at most", 0],
  ["requests_without_a_full_page", "at most", 0],
  ["requests_with_differing_statements", "at most", 0],
];

/** Of one batch, begin and commit included. */
const mostStatements = 16;

type Reported = { readonly [name: string]: unknown };

/** What the figures miss, in sentences. A figure that was not measured is not missed. */
export function missedBounds(report: Reported): string[] {
  const missed = bounds.flatMap(([name, side, bound]) => {
    const value = report[name];
    if (value === undefined) return [];
    const holds = typeof value === "number" && (side === "at least" ? value >= bound : value <= bound);
    return holds ? [] : [`${name} is ${JSON.stringify(value)}, it has to be ${side} ${bound}`];
  });
  return [...missed, ...missedByStatements(report["statements_per_batch"]), ...missedByDoctor(report["doctor"])];
}

function missedByStatements(counts: unknown): string[] {
  if (counts === undefined) return [];
  const numbers = Object.values(counts as Record<string, number>);
  const told = JSON.stringify(counts);
  return [
    ...(new Set(numbers).size === 1 ? [] : [`the number of statements depends on the size of the batch: ${told}`]),
    ...(numbers.every((count) => count <= mostStatements) ? [] : [`a batch has more than ${mostStatements} statements: ${told}`]),
  ];
}

function missedByDoctor(doctor: unknown): string[] {
  const { ok } = (doctor ?? {}) as { ok?: unknown };
  return ok === true ? [] : [`doctor is not content: ${JSON.stringify(doctor)}`];
}
