/** Something that is broken past all commands, and what doctor has to say to it and no more: numbers, with the rows of each. */
export type Violation = {
  readonly name: string;
  readonly plant: string;
  readonly values: readonly unknown[];
  readonly expected: readonly string[];
};
