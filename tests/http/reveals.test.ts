import { describe, expect, test } from "vitest";
import { isWrite, type Operation } from "../../src/http/operation.ts";
import { operations } from "./described-operations.ts";

/** Whether the answer that the reference shows has a secret in it: the text of a key, or a member of that name. */
function showsSecret({ example }: Pick<Operation, "example">): boolean {
  return /stoa_[0-9a-z]{26}_|"secret":/.test(JSON.stringify(example.response));
}

describe("an operation whose answer shows a secret", () => {
  const secretive = operations.filter(showsSecret);

  test("is one that issues a key", () => {
    expect(secretive.map(({ id }) => id).toSorted()).toEqual([
      "buyer.members.create-key",
      "operator.companies.create-key",
      "operator.company-members.create-key",
      "operator.keys.create",
      "operator.members.create-key",
      "operator.seller-members.create-key",
      "operator.sellers.create-key",
      "seller.members.create-key",
    ]);
  });

  test("is marked, so that its answer is stored sealed; no other is", () => {
    expect(operations.filter((operation) => isWrite(operation) && operation.reveals === true)).toEqual(secretive);
  });
});
