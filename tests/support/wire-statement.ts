/** A statement that passed: a Query, or an Execute told by the text it was prepared from. */
export type WireStatement = {
  /** Number of the connection, from 1, in the order they were opened. */
  readonly connection: number;
  /** Number of the statement within its connection, from 1. */
  readonly ordinal: number;
  readonly sql: string;
  /** Name of the prepared statement; "" for an unnamed one. */
  readonly name: string;
};

/** `cut`: both ends of this connection die, and nothing more of it passes. */
export type WireAction = "pass" | "cut";

/**
 * Called before a statement reaches the server, and after the server answered but before the client sees it. `upcoming(n)` waits
 * until the client has sent n statements behind it and gives what it has sent.
 */
export type WireHook = (
  statement: WireStatement,
  moment: "before" | "after",
  upcoming: (count: number) => Promise<readonly string[]>,
) => WireAction | Promise<WireAction>;

/** What all connections of a proxy share. */
export type WireControl = {
  hook: WireHook | undefined;
  paused: boolean;
  swallow: { left: number; swallowed: () => void } | undefined;
  readonly statements: WireStatement[];
};

const firstWord = (statement: WireStatement) => /^\s*(\w+)/.exec(statement.sql)?.[1]?.toLowerCase();

/** True of the statement that makes a transaction's effects lasting. */
export function isCommit(statement: WireStatement): boolean {
  return ["commit", "end"].includes(firstWord(statement) ?? "");
}

/** True of the statement that undoes a transaction. */
export function isRollback(statement: WireStatement): boolean {
  return ["rollback", "abort"].includes(firstWord(statement) ?? "");
}
