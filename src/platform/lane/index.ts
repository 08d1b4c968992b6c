/** Coalescing: while one transaction is under way the next commands queue, and are then done together by the same statements. */
export { createLanes, type LaneBounds, type LaneCommand, type Lanes, type LaneSteps, type Settled } from "./lane.ts";
