import { type Instant, toRfc3339 } from "../../kernel/clock.ts";
import type { ApiKeyId, CompanyId, HoldId, OrderId, PersonId, SellerId } from "../../kernel/ids.ts";
import { toWireId } from "../../kernel/ids.ts";

/** What is stopped: one order, or every order of a seller or a company. */
export type HoldSubject =
  | { readonly type: "order"; readonly id: OrderId }
  | { readonly type: "seller"; readonly id: SellerId }
  | { readonly type: "company"; readonly id: CompanyId };

/** Who looks after it: a key of the operator's, or one of its members. */
export type HoldOwner = { readonly kind: "key"; readonly id: ApiKeyId } | { readonly kind: "person"; readonly id: PersonId };

/** A hold. It stands until it is released, and is released once. `lookAgainOn` is a day, YYYY-MM-DD. */
export type Hold = {
  readonly holdId: HoldId;
  readonly subject: HoldSubject;
  readonly reason: string;
  readonly owner: HoldOwner;
  readonly lookAgainOn: string;
  readonly placedAt: Instant;
  readonly placedBy: ApiKeyId;
  readonly release: { readonly at: Instant; readonly by: ApiKeyId; readonly reason: string } | null;
  readonly version: number;
};

/** The id of what is stopped as the wire has it. */
export function subjectWireId(subject: HoldSubject): string {
  if (subject.type === "order") return toWireId("ord", subject.id);
  return subject.type === "seller" ? toWireId("sel", subject.id) : toWireId("cmp", subject.id);
}

/** What the organisations concerned may know of a hold: not who looks after it. */
export function toldHold({ holdId, subject, reason, lookAgainOn, release }: Hold) {
  return {
    id: toWireId("hld", holdId),
    [subject.type]: subjectWireId(subject),
    reason,
    look_again_on: lookAgainOn,
    released: release !== null,
  };
}

/** A hold as the operator sees it. */
export function shownHold(hold: Hold) {
  const { holdId, subject, reason, owner, lookAgainOn, placedAt, placedBy, release, version } = hold;
  return {
    id: toWireId("hld", holdId),
    subject_type: subject.type,
    subject: subjectWireId(subject),
    reason,
    owner: owner.kind === "key" ? toWireId("key", owner.id) : toWireId("per", owner.id),
    look_again_on: lookAgainOn,
    placed_at: toRfc3339(placedAt),
    placed_by: toWireId("key", placedBy),
    released_at: release === null ? null : toRfc3339(release.at),
    released_by: release === null ? null : toWireId("key", release.by),
    release_reason: release === null ? null : release.reason,
    version,
  };
}
