import type { CompanyId } from "../../../kernel/ids.ts";
import { readFundsOfCompany } from "../../../views/bank-lines.ts";
import { type Operation, operation } from "../../operation.ts";
import { pageOf } from "../../shapes.ts";
import { funds, shownFunds } from "../bank-shapes.ts";

export const buyerFundsOperations: readonly Operation[] = [
  operation({
    kind: "read",
    scope: "organisation",
    id: "buyer.funds.list",
    path: "/funds",
    summary: "List what the operator holds of the company's money",
    response: pageOf(funds),
    refusals: [],
    example: { response: { items: [], next_cursor: null } },
    async read(reader, call) {
      return {
        body: { items: (await readFundsOfCompany(reader, call.principal.organisationId as CompanyId)).map(shownFunds), next_cursor: null },
      };
    },
  }),
];
