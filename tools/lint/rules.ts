import { rule as exactNumbers } from "./exact-numbers.ts";
import { rule as flowTransaction } from "./flow-transaction.ts";
import { rule as lockfile } from "./lockfile.ts";
import { rule as moneyIsBigint } from "./money-is-bigint.ts";
import { rule as noSilencing } from "./no-silencing.ts";
import { rule as oneClock } from "./one-clock.ts";
import { rule as ownWords } from "./own-words.ts";
import type { Rule } from "./project.ts";
import { rule as roomNames } from "./room-names.ts";
import { rule as sqlTagOnly } from "./sql-tag-only.ts";
import { rule as tableOwner } from "./table-owner.ts";

/** The lints of our own, each with a planted violation in tests/law/lints.test.ts. */
export const rules: readonly Rule[] = [
  sqlTagOnly,
  oneClock,
  exactNumbers,
  moneyIsBigint,
  roomNames,
  tableOwner,
  flowTransaction,
  noSilencing,
  ownWords,
  lockfile,
];
