import type { CompanyId } from "../../../kernel/ids.ts";
import { listCreditAccounts, shownCreditAccount } from "../../../modules/companies/index.ts";
import { type Operation, operation } from "../../operation.ts";
import { creditAccountExample, creditAccounts } from "../credit-account-shapes.ts";

export const buyerCreditAccountOperations: readonly Operation[] = [
  operation({
    kind: "read",
    scope: "organisation",
    id: "buyer.credit-accounts.list",
    path: "/credit-accounts",
    summary: "List the company's credit accounts",
    response: creditAccounts,
    refusals: [],
    example: { response: { items: [creditAccountExample("EUR")], next_cursor: null } },
    async read(reader, call) {
      const accounts = await listCreditAccounts(reader, call.principal.organisationId as CompanyId);
      return { body: { items: accounts.map(shownCreditAccount), next_cursor: null } };
    },
  }),
];
