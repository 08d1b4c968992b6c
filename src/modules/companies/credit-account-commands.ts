import type { Actor } from "../../kernel/actor.ts";
import type { CompanyId } from "../../kernel/ids.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import { minorUnits } from "../../kernel/money.ts";
import type { Currency, Money } from "../../kernel/money.ts";
import { Refused } from "../../kernel/refusal.ts";
import { appendAudit, auditEntry } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents, newEvent } from "../../platform/outbox/index.ts";
import type { CreditAccountExists, LimitCurrencyDiffers, NotFound } from "./company-refusals.ts";
import { findCompany } from "./company-store.ts";
import { creditAccountId, shownCreditAccount } from "./credit-account.ts";
import type { CreditAccount } from "./credit-account.ts";
import { insertCreditAccount, lockCreditAccount, updateCreditTerms } from "./credit-account-store.ts";

/**
 * Lets a company buy on account in one more currency.
 *
 * @throws Refused not-found without such a company; currency-mismatch; credit-account-exists
 */
export async function openCreditAccount(
  tx: Transaction,
  actor: Actor,
  { companyId, currency, limit }: { readonly companyId: CompanyId; readonly currency: Currency; readonly limit: Money },
): Promise<CreditAccount> {
  if ((await findCompany(tx, companyId)) === undefined) throw new Refused<NotFound>({ code: "not-found" });
  checkCurrency(currency, limit);
  const account: CreditAccount = { companyId, currency, limit: limit.amount, used: minorUnits(0n), closedAt: null, version: 1 };
  if (!(await insertCreditAccount(tx, account))) {
    throw new Refused<CreditAccountExists>({ code: "credit-account-exists", company: toWireId(prefixes.company, companyId), currency });
  }
  await record(tx, actor, "credit_account.created", undefined, account);
  return account;
}

/** Which account, and what judges the version that was locked; it may throw. */
export type AccountAsked = { readonly companyId: CompanyId; readonly currency: Currency; readonly judge: (version: number) => void };

/**
 * Sets a limit. Lowering always passes, below what is used too: then nothing more can be bought on account until enough is free again.
 * The limit that it is already changes nothing and keeps the version.
 *
 * @throws Refused not-found without such an account; currency-mismatch; what `judge` throws
 */
export function changeCreditLimit(tx: Transaction, actor: Actor, asked: AccountAsked & { readonly limit: Money }): Promise<CreditAccount> {
  return changeAccount(tx, actor, asked, "credit_account.changed", (before) => {
    checkCurrency(asked.currency, asked.limit);
    return { ...before, limit: asked.limit.amount };
  });
}

/**
 * Closes an account: nothing more can be bought on it, what is used stays due, and what is cancelled still frees it. One that is closed
 * already stays so from when it was.
 *
 * @throws Refused not-found without such an account; what `judge` throws
 */
export function closeCreditAccount(tx: Transaction, actor: Actor, asked: AccountAsked): Promise<CreditAccount> {
  return changeAccount(tx, actor, asked, "credit_account.closed", (before) => ({ ...before, closedAt: before.closedAt ?? actor.now }));
}

/**
 * Lets a company buy again on an account that was closed, up to the limit that it has.
 *
 * @throws Refused not-found without such an account; what `judge` throws
 */
export function reopenCreditAccount(tx: Transaction, actor: Actor, asked: AccountAsked): Promise<CreditAccount> {
  return changeAccount(tx, actor, asked, "credit_account.reopened", (before) => ({ ...before, closedAt: null }));
}

async function changeAccount(
  tx: Transaction,
  actor: Actor,
  { companyId, currency, judge }: AccountAsked,
  type: string,
  change: (before: CreditAccount) => CreditAccount,
): Promise<CreditAccount> {
  const before = await lockCreditAccount(tx, companyId, currency);
  if (before === undefined) throw new Refused<NotFound>({ code: "not-found" });
  judge(before.version);
  const wanted = change(before);
  const changes = wanted.limit !== before.limit || wanted.closedAt !== before.closedAt;
  const after = changes ? { ...wanted, version: before.version + 1 } : before;
  if (changes) await updateCreditTerms(tx, after);
  await record(tx, actor, type, before, after);
  return after;
}

function checkCurrency(currency: Currency, limit: Money): void {
  if (limit.currency === currency) return;
  const facts = { pointer: "/limit/currency", currency: String(currency), limit_currency: String(limit.currency) };
  throw new Refused<LimitCurrencyDiffers>({ code: "currency-mismatch", ...facts });
}

// An event only where something became true; an audit entry for every write of an operator. What is used is in neither: it moves without
// either of them, and the operator can read it.
async function record(tx: Transaction, actor: Actor, type: string, before: CreditAccount | undefined, after: CreditAccount): Promise<void> {
  const { companyId, version: subjectVersion } = after;
  const subject = { subjectId: creditAccountId(companyId, after.currency), subjectType: "creditAccount" } as const;
  const terms = ({ used: _moves, available: _too, ...decided }: ReturnType<typeof shownCreditAccount>) => decided;
  const data = terms(shownCreditAccount(after));
  if (before?.version !== subjectVersion) {
    await appendEvents(tx, [newEvent(actor, { organisationId: companyId, ...subject, subjectVersion, type, data }, [companyId])]);
  }
  const was = before && terms(shownCreditAccount(before));
  await appendAudit(tx, [auditEntry(actor, { action: type, ...subject, before: was, after: data })]);
}
