import type { Said } from "./session.ts";

/** What the guard has to refuse, by its name; where another guard stands before it, that one is put aside first. */
export type Probe = {
  readonly said: Said;
  /** The name under which the guard refuses, where it is not its own. */
  readonly refusesAs?: string;
  readonly putAside?: string;
};
