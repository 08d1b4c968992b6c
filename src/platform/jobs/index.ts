/** Jobs: deadlines, and the sweeper that acts on those that have come (invariant O5). */
export {
  addDeadlines,
  clearDeadlines,
  isDue,
  isStillAhead,
  lockDeadline,
  overdue,
  owns,
  readDueDeadlines,
  readWhichAreDue,
  restartDeadlines,
  setDeadlines,
  setDeadlinesStatement,
  stopDeadlines,
} from "./deadline.ts";
export type { Deadline, DeadlineKey, NewDeadline } from "./deadline.ts";
export { startSweeper } from "./sweeper.ts";
export type { DeadlineHandler, Sweeper, SweeperOptions, TogetherHandler } from "./sweeper.ts";
