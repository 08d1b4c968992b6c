import { example } from "../../examples.ts";
import { memberOperations, ownKeyOperations } from "../member-operations.ts";

export const sellerMemberOperations = [
  ...memberOperations({
    id: "seller.members",
    kind: "seller",
    scope: "organisation",
    path: "",
    whose: "of the seller",
    organisationOf: ({ principal }) => principal.organisationId,
    exampleMember: example.sellerMember,
  }),
  ...ownKeyOperations("seller.keys", example.seller, example.key),
];
