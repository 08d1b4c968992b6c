import { idInPath } from "../../call.ts";
import { example } from "../../examples.ts";
import { closed, idOf } from "../../shapes.ts";
import { memberOperations, type MembersOf } from "../member-operations.ts";

const sellers: MembersOf = {
  id: "operator.seller-members",
  kind: "seller",
  scope: "operator",
  path: "/sellers/{id}",
  params: closed({ id: idOf("seller") }),
  whose: "of a seller",
  organisationOf: ({ params }) => idInPath("seller", (params as { readonly id: string }).id),
  exampleParams: { id: example.seller },
  exampleMember: example.sellerMember,
};

const companies: MembersOf = {
  id: "operator.company-members",
  kind: "company",
  scope: "operator",
  path: "/companies/{id}",
  params: closed({ id: idOf("company") }),
  whose: "of a company",
  organisationOf: ({ params }) => idInPath("company", (params as { readonly id: string }).id),
  exampleParams: { id: example.company },
  exampleMember: example.companyMember,
};

export const operatorMemberOperations = [
  ...memberOperations({
    id: "operator.members",
    kind: "operator",
    scope: "operator",
    path: "",
    whose: "of the operator",
    organisationOf: ({ principal }) => principal.organisationId,
    exampleMember: example.operatorMember,
  }),
  ...memberOperations(sellers),
  ...memberOperations(companies),
];
