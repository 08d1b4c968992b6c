import Type, { type Static } from "typebox";
import { toRfc3339 } from "../../kernel/clock.ts";
import type { SellerId } from "../../kernel/ids.ts";
import { changeSellerContract, findSellerContract, shownContract } from "../../modules/commissions/index.ts";
import { effectiveBy } from "../../modules/identity/index.ts";
import { checkVersion, idInPath, refuseNotFound } from "../call.ts";
import { example } from "../examples.ts";
import { type Operation, operation } from "../operation.ts";
import { closed, idOf, instant, oneOf, version } from "../shapes.ts";

const creditRisk = Type.Unsafe<"seller" | "operator">({
  ...oneOf(["seller", "operator"]),
  description: "Who bears it when a company does not pay: the seller is paid when the company has paid, or when it invoices",
});
const contract = closed({
  seller: idOf("seller"),
  credit_risk: creditRisk,
  changed_at: Type.Union([instant, Type.Null()]),
  version,
});
const sample: Static<typeof contract> = { seller: example.seller, credit_risk: "seller", changed_at: null, version: 1 };
const path = "/sellers/{id}/contract";
const params = closed({ id: idOf("seller") });

/** What the operator has agreed with each seller. */
export const operatorSellerContractOperations: readonly Operation[] = [
  operation({
    kind: "read",
    scope: "operator",
    id: "operator.seller-contracts.read",
    path,
    summary: "Read what was agreed with a seller",
    params,
    response: contract,
    refusals: [],
    example: { params: { id: example.seller }, response: sample },
    async read(reader, call) {
      const found = (await findSellerContract(reader, idInPath("seller", call.params.id))) ?? refuseNotFound();
      return { body: shownContract(found), version: found.version };
    },
  }),
  operation({
    kind: "write",
    method: "PUT",
    status: 200,
    scope: "operator",
    id: "operator.seller-contracts.change",
    path,
    summary: "Agree with a seller who bears it when a company does not pay; it counts for what is placed from then on",
    params,
    body: closed({ credit_risk: creditRisk }),
    response: closed({ ...contract.properties, effective_by: instant }),
    refusals: ["not-found", "version-stale"],
    example: {
      params: { id: example.seller },
      body: { credit_risk: "operator" },
      response: { ...sample, credit_risk: "operator", changed_at: example.time, version: 2, effective_by: "2026-11-22T12:00:06.000Z" },
    },
    async work(tx, call) {
      const after = await changeSellerContract(tx, call, {
        ...{ sellerId: idInPath("seller", call.params.id), creditRisk: call.body.credit_risk },
        judge: (current) => checkVersion(call, current),
      });
      return { body: { ...shownContract(after), effective_by: toRfc3339(effectiveBy(call.now)) }, version: after.version };
    },
  }),
];

/** What was agreed with the seller, to itself. */
export const sellerContractOperations: readonly Operation[] = [
  operation({
    kind: "read",
    scope: "organisation",
    id: "seller.contract.read",
    path: "/contract",
    summary: "Read what was agreed with the operator",
    response: contract,
    refusals: [],
    example: { response: sample },
    async read(reader, { principal }) {
      const found = (await findSellerContract(reader, principal.organisationId as SellerId)) ?? refuseNotFound();
      return { body: shownContract(found), version: found.version };
    },
  }),
];
