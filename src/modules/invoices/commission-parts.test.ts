import { describe, expect, test } from "vitest";
import { commissionDraft, type InvoicedStatement } from "./commission-parts.ts";
import { canonicalText } from "./document.ts";
import { placedDocument } from "./invoice-parts.ts";
import { renderPdf } from "./pdf/render.ts";
import { englishWords } from "./pdf/words.ts";
import { ublOf } from "./ubl.ts";

const address = { name: null, street: "Am Markt 1", city: "Hamburg", postal_code: "20095", country: "DE" };
const operator = {
  id: "opr_01h455vb4pex5vsknk084sn02q",
  name: "Stoa GmbH",
  tax_number: "DE811111117",
  registration_number: "HRB 1",
  address,
};
const seller = {
  ...{ id: "sel_01h455vb4pex5vsknk084sn05t", name: "Acme GmbH", tax_number: "ATU12345678", registration_number: null },
  address: { ...address, city: "Wien", postal_code: "1010", country: "AT" },
};
const statement: InvoicedStatement = {
  ...{ currency: "EUR", net: 12_345n, tax: 2_346n, taxCode: "S", taxRatePpm: 190_000, exemptionCode: null, exemptionText: null },
  ...{ documents: 17, from: "2026-11-02", until: "2026-11-29" },
};
const untaxed = { tax: 0n, taxRatePpm: 0, exemptionText: "No tax" };
const place = { id: "cin_01h455vb4pex5vsknk084sn02q", number: "STOA-2026-000001", issuedOn: "2026-11-30", dueDays: 0 };

describe("a commission invoice", () => {
  const draft = commissionDraft(statement, { operator, seller });

  test("is from the operator to the seller, with one line of exactly the statement's net and tax", () => {
    expect(draft).toMatchObject({
      ...{ type: "commission_invoice", seller: operator, company: seller, supplied_on: "2026-11-29" },
      ...{ net: 12_345, tax: 2_346, total: 14_691, order: null, mandate: null, bank: null },
      lines: [{ title: "Commission", net: 12_345, attributes: { documents: "17", from: "2026-11-02", until: "2026-11-29" } }],
      tax_groups: [{ code: "S", net: 12_345, tax: 2_346, seller_tax_number: "DE811111117", company_tax_number: "ATU12345678" }],
    });
  });

  test.each<[string, Partial<InvoicedStatement>]>([
    ["taxed at home", {}],
    ["in another member state", { ...untaxed, taxCode: "AE", exemptionCode: "VATEX-EU-AE" }],
    ["outside", { ...untaxed, taxCode: "O", exemptionCode: "VATEX-EU-O" }],
  ])("that is %s has a text, a PDF and a UBL", async (_, changes) => {
    const document = placedDocument(commissionDraft({ ...statement, ...changes }, { operator, seller }), place);
    expect(canonicalText(document)).toContain('"kind":"commission"');
    expect(ublOf(document)).toMatchObject({ ok: true });
    expect((await renderPdf(document, englishWords)).subarray(0, 5).toString()).toBe("%PDF-");
  });

  test("is refused where the statement's tax or net is below zero", () => {
    expect(() => commissionDraft({ ...statement, net: -1n, tax: 0n }, { operator, seller })).toThrow();
  });
});
