import { refuse } from "./refuse.ts";

/** How many of something may be had at once. */
type PlaceBounds = {
  readonly all: number;
  /** What one organisation has at most. All who call the public tree are one. */
  readonly ofOne: number;
  /** What nobody but the operator's tree gets. */
  readonly keptForOperator: number;
};

/** What one export may have. */
export type ExportBounds = {
  readonly mostRows: number;
  /** How long its caller may take nothing of it, before the place is given to another. */
  readonly stallMillis: number;
};

export type AdmissionBounds = {
  /** Requests under way at most, all trees together. */
  readonly requests: number;
  /** Beyond this many only the operator's tree, placing and health are let in: they are shed last. */
  readonly lessUrgentRequests: number;
  /** Beyond this many the public tree is shed, before all others. */
  readonly publicRequests: number;
  /** Bodies of more than 64 KiB (or of unknown size) that are read at once. */
  readonly largeBodies: PlaceBounds;
  /** Exports under way. */
  readonly exports: PlaceBounds;
  readonly oneExport: ExportBounds;
};

export const usualBounds: AdmissionBounds = {
  requests: 2_000,
  lessUrgentRequests: 1_500,
  publicRequests: 1_000,
  largeBodies: { all: 32, ofOne: 8, keptForOperator: 4 },
  exports: { all: 4, ofOne: 2, keptForOperator: 1 },
  oneExport: { mostRows: 1_000_000, stallMillis: 60_000 },
};

/** How late a request is shed when there is too much to do. */
export type Urgency = "urgent" | "usual" | "public";

/** Whose request it is. */
export type Party = { readonly organisationId: string; readonly kind: string };

const largeBytes = 64 * 1024;
const retryAfterSeconds = 1;
const retryExportAfterSeconds = 10;

/** Ends what was let in; may be called more than once. */
type Leave = () => void;

/** Counts what is under way and refuses early what would be too much: memory and queues have a bound before anything is read. */
export type Admission = {
  /** @throws Refused overloaded */
  readonly enter: (urgency: Urgency) => Leave;
  /**
   * Asks for the place of a body, once it is known whose it is. `bytes` is what `content-length` says: undefined when the size is not
   * known beforehand.
   *
   * @throws Refused overloaded
   */
  readonly enterBody: (party: Party, bytes: number | undefined) => Leave;
  /** @throws Refused overloaded */
  readonly enterExport: (party: Party) => Leave;
  readonly oneExport: ExportBounds;
  readonly requests: () => number;
};

export function createAdmission(bounds: AdmissionBounds): Admission {
  const most = { urgent: bounds.requests, usual: bounds.lessUrgentRequests, public: bounds.publicRequests };
  const largeBodies = createPlaces(bounds.largeBodies, retryAfterSeconds);
  let requests = 0;
  return {
    enter: (urgency) => {
      if (requests >= most[urgency]) throw refuse("overloaded", { retry_after_seconds: retryAfterSeconds });
      requests += 1;
      return once(() => {
        requests -= 1;
      });
    },
    enterBody: (party, bytes) => (bytes === undefined || bytes > largeBytes ? largeBodies(party) : () => undefined),
    enterExport: createPlaces(bounds.exports, retryExportAfterSeconds),
    oneExport: bounds.oneExport,
    requests: () => requests,
  };
}

/** @returns gives a place to a party, or refuses it; it holds entries only for those who have one */
function createPlaces({ all, ofOne, keptForOperator }: PlaceBounds, retryAfter: number): (party: Party) => Leave {
  const taken = new Map<string, number>();
  let had = 0;
  let byOthers = 0;
  return ({ organisationId, kind }) => {
    const own = taken.get(organisationId) ?? 0;
    const operator = kind === "operator";
    if (had >= all || own >= ofOne || (!operator && byOthers >= all - keptForOperator)) {
      throw refuse("overloaded", { retry_after_seconds: retryAfter });
    }
    const count = (by: 1 | -1): void => {
      had += by;
      if (!operator) byOthers += by;
      const left = (taken.get(organisationId) ?? 0) + by;
      if (left === 0) taken.delete(organisationId);
      else taken.set(organisationId, left);
    };
    count(1);
    return once(() => count(-1));
  };
}

function once(leave: Leave): Leave {
  let left = false;
  return () => {
    if (left) return;
    left = true;
    leave();
  };
}
