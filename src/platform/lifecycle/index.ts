/** Lifecycles: what the machines of the modules have in common. The table of their edges is written by the migrations. */
export { edgeRows } from "./edge-rows.ts";
export type { EdgeRow } from "./edge-rows.ts";
export { lifecyclesPage } from "./lifecycles-page.ts";
export { step } from "./step.ts";
export type { StateConflict } from "./step.ts";
