import { createHash } from "node:crypto";
import { type Instant, toRfc3339 } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { CompanyId, CreditAccountId } from "../../kernel/ids.ts";
import { type Currency, minorUnits, type MinorUnits } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";

/**
 * What a company may owe in one currency. `used` is moved by placing and cancelling; `version` counts the changes of the limit, closing
 * and reopening, so that `If-Match` is about what the operator decided and not about the last order. A closed account takes no new use.
 */
export type CreditAccount = {
  readonly companyId: CompanyId;
  readonly currency: Currency;
  readonly limit: MinorUnits;
  readonly used: MinorUnits;
  readonly closedAt: Instant | null;
  readonly version: number;
};

/** A credit account as answers, events and audit entries show it. */
export function shownCreditAccount({ companyId, currency, limit, used, closedAt, version }: CreditAccount) {
  return {
    company: toWireId(prefixes.company, companyId),
    currency: String(currency),
    limit: toWire({ amount: limit, currency }),
    used: toWire({ amount: used, currency }),
    available: toWire({ amount: availableCredit({ limit, used, closedAt }), currency }),
    closed_at: closedAt === null ? null : toRfc3339(closedAt),
    version,
  };
}

/** What can still be bought on an account: nothing of a closed one, and nothing when the limit was lowered below what is used. */
export function availableCredit({ limit, used, closedAt }: Pick<CreditAccount, "limit" | "used" | "closedAt">): MinorUnits {
  return minorUnits(closedAt === null && limit > used ? limit - used : 0n);
}

/**
 * What events and audit entries call a credit account. Its key is company and currency, so its id is made of them: a UUID of version 8
 * (RFC 9562 section 5.8) from the sha256 of both, the same each time.
 */
export function creditAccountId(companyId: CompanyId, currency: Currency): CreditAccountId {
  const digest = createHash("sha256").update(`${companyId} ${currency}`).digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x80, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const digits = digest.toString("hex", 0, 16);
  const groups = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)];
  return groups.join("-") as CreditAccountId;
}
