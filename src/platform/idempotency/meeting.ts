import type { Claim } from "./claim.ts";

/** A request that may find another with its key under way; `principalId` is who calls, already authenticated and authorised. */
export type Arrival = Claim & { readonly principalId: string };

export type Met<Answer> = { readonly kind: "first" | "shared"; readonly answer: Answer } | { readonly kind: "mismatch" };

export type Meeting<Answer> = {
  /**
   * Does the work, or waits for the one who is doing it under the same key. `work` fulfils when its answer is stored (a success or a
   * final refusal) and throws when nothing is stored. A stored answer belongs to everybody with this key and comes out "shared", to be
   * sent as a replay. A failure is shared with the same principal only, because it may be about the caller: an overload would be made
   * worse by each of 64 repeats doing the work again, but one member's 403 is not another's. Another principal does the work anew.
   */
  readonly meet: (arrival: Arrival, work: () => Promise<Answer>) => Promise<Met<Answer>>;
  /** How many keys are under way. */
  readonly size: () => number;
};

type Outcome<Answer> = { readonly ok: true; readonly answer: Answer } | { readonly ok: false; readonly error: unknown };
type UnderWay<Answer> = { readonly arrival: Arrival; readonly outcome: Promise<Outcome<Answer>> };

/**
 * Where the repeats of a request meet within this process, before any of them takes a connection. It holds only what is under way: as
 * many entries as there are requests, none after them.
 */
export function createMeeting<Answer>(): Meeting<Answer> {
  const underWay = new Map<string, UnderWay<Answer>>();

  // The entry is gone before the outcome is known: whoever waited for it finds the place empty, or taken by the next.
  async function lead(place: string, work: () => Promise<Answer>): Promise<Outcome<Answer>> {
    try {
      return { ok: true, answer: await work() };
    } catch (error) {
      return { ok: false, error };
    } finally {
      underWay.delete(place);
    }
  }

  async function meet(arrival: Arrival, work: () => Promise<Answer>): Promise<Met<Answer>> {
    const place = placeOf(arrival);
    // Each turn of the loop waits for another principal's failure: there are no more turns than principals with this key.
    for (;;) {
      const other = underWay.get(place);
      if (other === undefined) {
        const outcome = lead(place, work);
        underWay.set(place, { arrival, outcome });
        return { kind: "first", answer: answerOf(await outcome) };
      }
      if (!other.arrival.fingerprint.equals(arrival.fingerprint)) return { kind: "mismatch" };
      const ended = await other.outcome;
      if (ended.ok || other.arrival.principalId === arrival.principalId) return { kind: "shared", answer: answerOf(ended) };
    }
  }

  return { meet, size: () => underWay.size };
}

function answerOf<Answer>(ended: Outcome<Answer>): Answer {
  if (ended.ok) return ended.answer;
  throw ended.error;
}

function placeOf({ organisationId, operation, keyHash }: Claim): string {
  return `${organisationId} ${keyHash.toString("base64")} ${operation}`;
}
