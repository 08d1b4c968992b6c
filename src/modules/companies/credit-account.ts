import { createHash } from "node:crypto";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { CompanyId, CreditAccountId } from "../../kernel/ids.ts";
import type { Currency, MinorUnits } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";

/**
 * What a company may owe in one currency. `used` is moved by placing and cancelling; `version` counts the changes of the limit, so that
 * `If-Match` is about what the operator decided and not about the last order.
 */
export type CreditAccount = {
  readonly companyId: CompanyId;
  readonly currency: Currency;
  readonly limit: MinorUnits;
  readonly used: MinorUnits;
  readonly version: number;
};

/** A credit account as answers, events and audit entries show it. */
export function shownCreditAccount({ companyId, currency, limit, used, version }: CreditAccount) {
  return {
    company: toWireId(prefixes.company, companyId),
    currency: String(currency),
    limit: toWire({ amount: limit, currency }),
    used: toWire({ amount: used, currency }),
    version,
  };
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
