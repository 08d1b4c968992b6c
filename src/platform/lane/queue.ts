/** What a queue needs to know of a command: how heavy it is, and for whom it is. */
export type Weighed = { readonly weight: number; readonly party: string };

/** How much a batch may hold. A command heavier than a whole batch goes alone. */
export type BatchBounds = { readonly commands: number; readonly weight: number };

/**
 * Takes the next batch off the front of a queue, in order of arrival. While others wait, one party has at most a quarter of the batch,
 * so that one who sends a thousand commands at once does not keep the others waiting; what it leaves free is then filled from the rest.
 */
export function takeBatch<T extends Weighed>(queue: T[], bounds: BatchBounds): T[] {
  const parties = new Set(queue.map(({ party }) => party));
  const share = parties.size > 1 ? Math.max(1, Math.floor(bounds.commands / 4)) : bounds.commands;
  const taken = new Set<T>();
  const countOf = new Map<string, number>();
  let weight = 0;
  const take = (limit: number): void => {
    for (const command of queue) {
      if (taken.size >= bounds.commands) return;
      if (taken.has(command)) continue;
      const count = countOf.get(command.party) ?? 0;
      if (count >= limit) continue;
      if (taken.size > 0 && weight + command.weight > bounds.weight) return;
      taken.add(command);
      countOf.set(command.party, count + 1);
      weight += command.weight;
    }
  };
  take(share);
  take(bounds.commands);
  const batch = queue.filter((command) => taken.has(command));
  const rest = queue.filter((command) => !taken.has(command));
  queue.splice(0, queue.length, ...rest);
  return batch;
}
