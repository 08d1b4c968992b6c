import { refuse } from "./refuse.ts";

export type AdmissionBounds = {
  /** Requests under way at most, all trees together. */
  readonly requests: number;
  /** Beyond this many only the operator's tree and placing are let in: they are shed last. */
  readonly lessUrgentRequests: number;
  /** Bodies of more than 64 KiB (or of unknown size) that are read at once. */
  readonly largeBodies: number;
};

export const usualBounds: AdmissionBounds = { requests: 2_000, lessUrgentRequests: 1_500, largeBodies: 32 };

const largeBytes = 64 * 1024;
const retryAfterSeconds = 1;

/** Counts what is under way and refuses early what would be too much: memory and queues have a bound before anything is read. */
export type Admission = {
  /** @throws Refused overloaded @returns ends what was let in; may be called more than once */
  readonly enter: (request: { readonly urgent: boolean; readonly bodyBytes: number | undefined }) => () => void;
  readonly requests: () => number;
};

/** `bodyBytes` of a request is what `content-length` says: undefined when the size is not known beforehand. */
export function createAdmission(bounds: AdmissionBounds): Admission {
  let requests = 0;
  let largeBodies = 0;
  return {
    enter: ({ urgent, bodyBytes }) => {
      const large = bodyBytes === undefined || bodyBytes > largeBytes;
      if (requests >= (urgent ? bounds.requests : bounds.lessUrgentRequests) || (large && largeBodies >= bounds.largeBodies)) {
        throw refuse("overloaded", { retry_after_seconds: retryAfterSeconds });
      }
      requests += 1;
      if (large) largeBodies += 1;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        requests -= 1;
        if (large) largeBodies -= 1;
      };
    },
    requests: () => requests,
  };
}
