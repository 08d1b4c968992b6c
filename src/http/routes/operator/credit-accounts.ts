import { parseCurrency } from "../../../kernel/money.ts";
import { fromWire, type WireMoney } from "../../../kernel/wire.ts";
import {
  type AccountAsked,
  changeCreditLimit,
  closeCreditAccount,
  findCompany,
  findCreditAccount,
  listCreditAccounts,
  openCreditAccount,
  reopenCreditAccount,
  shownCreditAccount,
} from "../../../modules/companies/index.ts";
import { type Call, checkVersion, idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, currencyCode, idOf, money, text } from "../../shapes.ts";
import { creditAccount, creditAccountExample, creditAccounts } from "../credit-account-shapes.ts";

const path = "/companies/{id}/credit-accounts";
// A path that names no currency names nothing: 404, not 400.
const accountPath = closed({ id: idOf("company"), currency: text(10) });

function currencyInPath(code: string) {
  return parseCurrency(code) ?? refuseNotFound();
}

// The schema has let whole amounts of known currencies through only.
function limitOf(limit: WireMoney) {
  const read = fromWire(limit);
  if (read === undefined) throw new Error(`a limit that is no money: ${limit.currency}`);
  return read;
}

function accountAsked(call: Call<{ readonly id: string; readonly currency: string }>): AccountAsked {
  return {
    companyId: idInPath("company", call.params.id),
    currency: currencyInPath(call.params.currency),
    judge: (current) => checkVersion(call, current),
  };
}

export const operatorCreditAccountOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "operator",
    id: "operator.credit-accounts.create",
    path,
    summary: "Let a company buy on account in a currency",
    params: closed({ id: idOf("company") }),
    body: closed({ currency: currencyCode, limit: money }),
    response: creditAccount,
    refusals: ["not-found", "currency-mismatch", "credit-account-exists"],
    example: {
      params: { id: example.company },
      body: { currency: "SEK", limit: { amount: 100_000_000, currency: "SEK" } },
      response: creditAccountExample("SEK"),
    },
    async work(tx, call) {
      const currency = currencyInPath(call.body.currency);
      const facts = { companyId: idInPath("company", call.params.id), currency, limit: limitOf(call.body.limit) };
      const made = await openCreditAccount(tx, call, facts);
      const location = `/v1/operator/companies/${call.params.id}/credit-accounts/${currency}`;
      return { body: shownCreditAccount(made), location, version: made.version };
    },
  }),
  operation({
    kind: "write",
    method: "PUT",
    status: 200,
    scope: "operator",
    locks: ["credit_account"],
    id: "operator.credit-accounts.change-limit",
    path: `${path}/{currency}`,
    summary: "Raise or lower a credit limit",
    params: accountPath,
    body: closed({ limit: money }),
    response: creditAccount,
    refusals: ["not-found", "version-stale", "currency-mismatch"],
    example: {
      params: { id: example.company, currency: "EUR" },
      body: { limit: { amount: 200_000_000, currency: "EUR" } },
      response: { ...creditAccountExample("EUR"), limit: { amount: 200_000_000, currency: "EUR" }, version: 2 },
    },
    async work(tx, call) {
      const changed = await changeCreditLimit(tx, call, { ...accountAsked(call), limit: limitOf(call.body.limit) });
      return { body: shownCreditAccount(changed), version: changed.version };
    },
  }),
  operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "operator",
    locks: ["credit_account"],
    id: "operator.credit-accounts.close",
    path: `${path}/{currency}/close`,
    summary: "Close a credit account: nothing more is bought on it",
    params: accountPath,
    body: closed({}),
    response: creditAccount,
    refusals: ["not-found", "version-stale"],
    example: {
      params: { id: example.company, currency: "EUR" },
      body: {},
      response: { ...creditAccountExample("EUR"), available: { amount: 0, currency: "EUR" }, closed_at: example.time, version: 2 },
    },
    async work(tx, call) {
      const changed = await closeCreditAccount(tx, call, accountAsked(call));
      return { body: shownCreditAccount(changed), version: changed.version };
    },
  }),
  operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "operator",
    locks: ["credit_account"],
    id: "operator.credit-accounts.reopen",
    path: `${path}/{currency}/reopen`,
    summary: "Open a closed credit account again",
    params: accountPath,
    body: closed({}),
    response: creditAccount,
    refusals: ["not-found", "version-stale"],
    example: { params: { id: example.company, currency: "EUR" }, body: {}, response: creditAccountExample("EUR") },
    async work(tx, call) {
      const changed = await reopenCreditAccount(tx, call, accountAsked(call));
      return { body: shownCreditAccount(changed), version: changed.version };
    },
  }),
  operation({
    kind: "read",
    scope: "operator",
    id: "operator.credit-accounts.read",
    path: `${path}/{currency}`,
    summary: "Read a credit account",
    params: accountPath,
    response: creditAccount,
    refusals: [],
    example: { params: { id: example.company, currency: "EUR" }, response: creditAccountExample("EUR") },
    async read(reader, call) {
      const companyId = idInPath("company", call.params.id);
      const found = (await findCreditAccount(reader, companyId, currencyInPath(call.params.currency))) ?? refuseNotFound();
      return { body: shownCreditAccount(found), version: found.version };
    },
  }),
  operation({
    kind: "read",
    scope: "operator",
    id: "operator.credit-accounts.list",
    path,
    summary: "List a company's credit accounts",
    params: closed({ id: idOf("company") }),
    response: creditAccounts,
    refusals: [],
    example: { params: { id: example.company }, response: { items: [creditAccountExample("EUR")], next_cursor: null } },
    async read(reader, call) {
      const companyId = idInPath("company", call.params.id);
      if ((await findCompany(reader, companyId)) === undefined) refuseNotFound();
      return { body: { items: (await listCreditAccounts(reader, companyId)).map(shownCreditAccount), next_cursor: null } };
    },
  }),
];
