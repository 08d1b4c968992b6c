import Type from "typebox";
import type { TaxRateId } from "../../../kernel/ids.ts";
import { addTaxRate, endTaxRate, listTaxRates, shownTaxRate } from "../../../modules/pricing/index.ts";
import { idInPath } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, countryCode, day, idOf, integer, oneOf, patternWith, text } from "../../shapes.ts";

const exemptionCode = Type.String({
  maxLength: 40,
  pattern: patternWith("^VATEX-[A-Z]{2}(-[A-Z0-9]+)+$", "must be a code of the list VATEX, as in VATEX-EU-AE"),
  description: "Why no tax is charged: a code of the list VATEX (BT-121)",
});
const exemptionText = text(300, "Why no tax is charged: the words on the invoice (BT-120)");
const terms = {
  country: countryCode,
  category: text(32, "What offers call the category of their goods"),
  code: oneOf(["S", "Z", "E", "AE", "O"]),
  rate_ppm: integer(0, 1_000_000, "Parts per million: 190000 is 19 %. Zero for every code but S"),
  valid_from: day,
};
const taxRate = closed({
  id: idOf("taxRate"),
  ...terms,
  exemption_code: Type.Union([exemptionCode, Type.Null()]),
  exemption_text: Type.Union([exemptionText, Type.Null()]),
  valid_until: Type.Union([day, Type.Null()]),
});
const sample = {
  ...{ id: example.taxRate, country: "DE", category: "standard", code: "S" as const, rate_ppm: 190_000 },
  ...{ exemption_code: null, exemption_text: null, valid_from: "2020-01-01", valid_until: null },
};
const reverseCharge = {
  ...{ country: "AT", category: "cleaning", code: "AE" as const, rate_ppm: 0, valid_from: "2020-01-01" },
  ...{ exemption_code: "VATEX-EU-AE", exemption_text: "Reverse charge" },
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
    body: closed({
      ...terms,
      exemption_code: Type.Optional(exemptionCode),
      exemption_text: Type.Optional(exemptionText),
      valid_until: Type.Optional(day),
    }),
    response: taxRate,
    refusals: ["request-invalid", "tax-rate-exists"],
    example: { body: reverseCharge, response: { ...sample, ...reverseCharge } },
    async work(tx, call) {
      const { country, category, code, rate_ppm: ratePpm, valid_from: validFrom, valid_until: validUntil = null } = call.body;
      const exemption = { exemptionCode: call.body.exemption_code ?? null, exemptionText: call.body.exemption_text ?? null };
      const facts = { country, category, code, ratePpm, ...exemption, validFrom, validUntil };
      return { body: shownTaxRate(await addTaxRate(tx, call, facts)) };
    },
  }),
  operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "operator",
    id: "operator.tax-rates.end",
    path: "/tax-rates/{id}/end",
    summary: "Give a tax rate without an end the day on which it holds no more",
    params: closed({ id: idOf("taxRate") }),
    body: closed({ valid_until: day }),
    response: taxRate,
    refusals: ["not-found", "request-invalid", "tax-rate-ended", "tax-rate-exists"],
    example: {
      params: { id: example.taxRate },
      body: { valid_until: "2099-01-01" },
      response: { ...sample, valid_until: "2099-01-01" },
    },
    async work(tx, call) {
      const id: TaxRateId = idInPath("taxRate", call.params.id);
      return { body: shownTaxRate(await endTaxRate(tx, call, id, call.body.valid_until)) };
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
