import type { Operation } from "../../src/http/operation.ts";
import { allOperations, type Outside } from "../../src/http/routes/index.ts";
import { orderRules } from "../../src/modules/orders/index.ts";
import { paymentRules } from "../../src/modules/payments/index.ts";
import { createSettings, spineSettings } from "../../src/platform/settings/index.ts";

function notHere(): never {
  throw new Error("an operation was run in the process of the tests; the server runs it");
}

const outside: Outside = {
  placing: {
    get lanes() {
      return notHere();
    },
    preview: notHere,
    newId: notHere,
    moment: notHere,
  },
  doctor: notHere,
  browse: { asEverybody: notHere, asCompany: notHere },
  orders: orderRules(createSettings(spineSettings)),
  payments: paymentRules(createSettings(spineSettings)),
};

/** Every operation, for its description: the tests that go through all of them are made from this list. */
export const operations: readonly Operation[] = allOperations(outside);
