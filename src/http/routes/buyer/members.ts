import { example } from "../../examples.ts";
import { memberOperations, ownKeyOperations } from "../member-operations.ts";

export const buyerMemberOperations = [
  ...memberOperations({
    id: "buyer.members",
    kind: "company",
    scope: "organisation",
    path: "",
    whose: "of the company",
    organisationOf: ({ principal }) => principal.organisationId,
    exampleMember: example.companyMember,
  }),
  ...ownKeyOperations("buyer.keys", example.company, example.companyKey),
];
