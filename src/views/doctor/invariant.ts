import type { Uuid } from "../../kernel/ids.ts";
import type { Reader } from "../../platform/db/index.ts";

/** What the invariants are told from outside. */
export type DoctorRules = {
  /** How long answers are kept under their keys: an effect that is older may have lost the row that its key named. */
  readonly retentionDays: number;
};

/** One row that breaks an invariant: which rows it is about, by kind (see `prefixes`) and id, and what is wrong. */
export type FoundRow = {
  readonly kinds: string[];
  readonly ids: Uuid[];
  readonly detail: string;
  /** How many there are in all, the ones beyond the limit included. */
  readonly found: number;
};

/** What always has to be true, and the one statement that finds where it is not: at most `findingLimit` rows, in a fixed order. */
export type Invariant = {
  readonly number: string;
  readonly sentence: string;
  readonly find: (reader: Reader, rules: DoctorRules) => Promise<readonly FoundRow[]>;
};
