import { type Configuration, requestMillis, variables } from "./variables.ts";

/** All that is wrong with the environment, one mistake a line, so that it is put right at once and not one start after the other. */
export class ConfigurationMistaken extends Error {
  override readonly name = "ConfigurationMistaken";
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(
      `The configuration has ${mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`}:\n${mistakes.map((one) => `  ${one}`).join("\n")}`,
    );
    this.mistakes = mistakes;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment. Names that begin with `STOA_` and are not declared are mistakes too, because a typing error would otherwise
 * be a default.
 * @throws ConfigurationMistaken with all mistakes
 */
export function readConfiguration(environment: Environment): Configuration {
  const mistakes: string[] = [];
  const members = Object.entries(variables).map(([member, { name, read }]) => {
    const reading = read(environment[name] === "" ? undefined : environment[name]);
    if (reading.ok) return [member, reading.value];
    mistakes.push(`${name} ${reading.mistake}`);
    return [member, undefined];
  });
  mistakes.push(...unknownNames(environment));
  if (mistakes.length > 0) throw new ConfigurationMistaken(mistakes);
  // Each member was read by the variable that its type comes from.
  const configuration = Object.fromEntries(members) as Configuration;
  const broken = brokenRules(configuration);
  if (broken.length > 0) throw new ConfigurationMistaken(broken);
  return configuration;
}

const declaredNames: ReadonlySet<string> = new Set(Object.values(variables).map(({ name }) => name));

// The project's own tools read these; they may be set where Stoa is started too.
const toolNames: ReadonlySet<string> = new Set(["STOA_RACE_ROUNDS", "STOA_REPLAY_DATA"]);

function unknownNames(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith("STOA_") && !declaredNames.has(name) && !toolNames.has(name))
    .sort()
    .map((name) => {
      const meant = nearest(name);
      return `${name} is not known${meant === undefined ? "" : `; ${meant} is`}`;
    });
}

/** Time-outs lie within one another, so that whoever waits longest hears the reason from whoever gave up first. */
function brokenRules(configuration: Configuration): string[] {
  const { queueWaitMillis, statementTimeoutMillis, lockTimeoutMillis, laneLockTimeoutMillis, idleInTransactionMillis } = configuration;
  const rules: readonly (readonly [boolean, string])[] = [
    [
      queueWaitMillis + statementTimeoutMillis < requestMillis,
      `STOA_QUEUE_WAIT_MILLIS (${queueWaitMillis}) and STOA_STATEMENT_TIMEOUT_MILLIS (${statementTimeoutMillis}) together are to be less than a request's ${requestMillis}`,
    ],
    [
      lockTimeoutMillis < statementTimeoutMillis,
      `STOA_LOCK_TIMEOUT_MILLIS (${lockTimeoutMillis}) is to be less than STOA_STATEMENT_TIMEOUT_MILLIS (${statementTimeoutMillis})`,
    ],
    [
      laneLockTimeoutMillis <= lockTimeoutMillis,
      `STOA_LANE_LOCK_TIMEOUT_MILLIS (${laneLockTimeoutMillis}) is to be at most STOA_LOCK_TIMEOUT_MILLIS (${lockTimeoutMillis})`,
    ],
    [
      idleInTransactionMillis < requestMillis,
      `STOA_IDLE_IN_TRANSACTION_MILLIS (${idleInTransactionMillis}) is to be less than a request's ${requestMillis}`,
    ],
    [
      configuration.databaseUrl !== undefined || configuration.ownerUrl === undefined,
      "DATABASE_OWNER_URL says nothing without DATABASE_URL",
    ],
    [
      configuration.databaseUrl !== undefined || configuration.directUrl === undefined,
      "DATABASE_DIRECT_URL says nothing without DATABASE_URL",
    ],
  ];
  return rules.filter(([kept]) => !kept).map(([, mistake]) => mistake);
}

function nearest(name: string): string | undefined {
  const [best] = [...declaredNames]
    .map((known) => ({ known, distance: editDistance(name, known) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= 3 ? best.known : undefined;
}

/** Levenshtein's: how many characters have to be put in, taken out or changed. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
