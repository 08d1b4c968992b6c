/** Jobs: deadlines, and the sweeper that acts on those that have come (invariant O5). */
export {
  clearDeadlines,
  lockDeadline,
  overdue,
  owns,
  readDueDeadlines,
  restartDeadlines,
  setDeadlines,
  setDeadlinesStatement,
  stopDeadlines,
} from "./deadline.ts";
export type { Deadline, DeadlineKey, NewDeadline } from "./deadline.ts";
export { startSweeper } from "./sweeper.ts";
export type { DeadlineHandler, Sweeper, SweeperOptions } from "./sweeper.ts";
