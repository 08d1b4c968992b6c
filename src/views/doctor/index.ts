/** Doctor: looks at the whole market, as it is, whether the invariants hold. Reads only. */
export type { Invariant } from "./invariant.ts";
export { type DoctorOptions, type DoctorReport, type Examined, type Finding, invariants, runDoctor } from "./run-doctor.ts";
