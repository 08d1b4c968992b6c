import Type from "typebox";
import { addTaxRate, listTaxRates, shownTaxRate } from "../../../modules/pricing/index.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, countryCode, day, idOf, integer, oneOf, text } from "../../shapes.ts";

const terms = {
  country: countryCode,
  category: text(32, "What offers call the category of their goods"),
  code: oneOf(["S", "Z"]),
  rate_ppm: integer(0, 1_000_000, "Parts per million: 190000 is 19 %"),
  valid_from: day,
};
const taxRate = closed({
  id: idOf("taxRate"),
  ...terms,
  code: oneOf(["S", "Z", "E", "AE", "O"]),
  valid_until: Type.Union([day, Type.Null()]),
});
const sample = {
  ...{ id: example.taxRate, country: "DE", category: "standard", code: "S" as const, rate_ppm: 190_000 },
  ...{ valid_from: "2020-01-01", valid_until: null },
};

export const operatorTaxRateOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "operator",
    id: "operator.tax-rates.create",
    path: "/tax-rates",
    summary: "Enter a tax rate: it holds from a day until another day or until the next one begins",
    body: closed({ ...terms, valid_until: Type.Optional(day) }),
    response: taxRate,
    refusals: ["tax-rate-exists"],
    example: {
      body: { country: "AT", category: "standard", code: "S", rate_ppm: 200_000, valid_from: "2020-01-01" },
      response: { ...sample, country: "AT", rate_ppm: 200_000 },
    },
    async work(tx, call) {
      const { country, category, code, rate_ppm: ratePpm, valid_from: validFrom, valid_until: validUntil = null } = call.body;
      return { body: shownTaxRate(await addTaxRate(tx, call, { country, category, code, ratePpm, validFrom, validUntil })) };
    },
  }),
  list({
    id: "operator.tax-rates.list",
    path: "/tax-rates",
    summary: "List tax rates",
    scope: "operator",
    item: taxRate,
    example: { item: sample },
    rows: async (reader, _call, window) =>
      (await listTaxRates(reader, window)).map((found) => ({ at: [found.taxRateId], item: shownTaxRate(found) })),
  }),
];
