import { decimalText, plainMarks } from "./decimal-text.ts";
import { attributesByName, type DocumentAddress, type TradeDocument } from "./document.ts";
import { mandateNote, roundingNote } from "./notes.ts";
import { type BrokenRule, brokenRules } from "./ubl-rules.ts";
import { type UblLine, type UblParty, type UblTerms, ublTerms } from "./ubl-terms.ts";
import { element, isBlank, textElement, type XmlElement, xmlText } from "./xml.ts";

/** The text of the XML document; or why the norm cannot say this document. */
export type Ubl = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly broken: readonly BrokenRule[] };

type Children = readonly (XmlElement | null)[];

/**
 * A document as UBL 2.1 Invoice or CreditNote in the form of Peppol BIS Billing 3. Made from the document alone, and only if no rule of
 * EN 16931 is broken by it: what cannot be said there is not said nearly. Elements stand in the order of the schema.
 *
 * @throws AssertionFailed for a currency that is none
 */
export function ublOf(document: TradeDocument): Ubl {
  const terms = ublTerms(document);
  const broken = brokenRules(terms);
  return broken.length === 0 ? { ok: true, text: xmlText(rootElement(terms)) } : { ok: false, broken };
}

const specification = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0";
const businessProcess = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";
const schema = "urn:oasis:names:specification:ubl:schema:xsd:";

function rootElement(terms: UblTerms): XmlElement {
  const { document } = terms;
  const isCredit = document.type === "credit_note";
  const root = isCredit ? "CreditNote" : "Invoice";
  const named = { xmlns: `${schema}${root}-2` };
  const prefixes = { "xmlns:cac": `${schema}CommonAggregateComponents-2`, "xmlns:cbc": `${schema}CommonBasicComponents-2` };
  const content: Children = [
    element("cbc:CustomizationID", specification),
    element("cbc:ProfileID", businessProcess),
    element("cbc:ID", document.number),
    element("cbc:IssueDate", document.issued_on),
    isCredit ? null : textElement("cbc:DueDate", document.due_on),
    element(isCredit ? "cbc:CreditNoteTypeCode" : "cbc:InvoiceTypeCode", isCredit ? "381" : "380"),
    element("cbc:Note", noteOf(document)),
    element("cbc:DocumentCurrencyCode", document.currency),
    ...references(document),
    element("cac:AccountingSupplierParty", [partyElement(terms.seller)]),
    element("cac:AccountingCustomerParty", [partyElement(terms.company)]),
    payeeElement(document),
    deliveryElement(document),
    paymentElement(document),
    taxElement(terms),
    totalElement(terms),
    ...terms.lines.map((line) => lineElement(terms, line)),
  ];
  return element(root, content, { ...named, ...prefixes });
}

/** Peppol knows one note (R002). */
function noteOf({ mandate, payee, seller, cause }: TradeDocument): string {
  return [
    mandate === null ? null : mandateNote(seller.name, payee?.name ?? null, mandate.at),
    cause === null ? null : `Cause of the credit: ${cause.replaceAll("_", " ")}.`,
    roundingNote,
  ]
    .filter((sentence) => sentence !== null)
    .join(" ");
}

/** Peppol wants the buyer's reference or that of the order (R003), German rules the buyer's: what the buyer called its order is both. */
function references({ order, company, precedes, shipment }: TradeDocument): Children {
  const own = order === null || isBlank(order.client_reference) ? null : order.client_reference;
  return [
    element("cbc:BuyerReference", own ?? order?.id ?? company.id ?? company.name),
    order === null ? null : element("cac:OrderReference", [element("cbc:ID", own ?? order.id), element("cbc:SalesOrderID", order.id)]),
    precedes === null
      ? null
      : element("cac:BillingReference", [
          element("cac:InvoiceDocumentReference", [element("cbc:ID", precedes.number), element("cbc:IssueDate", precedes.issued_on)]),
        ]),
    shipment === null ? null : element("cac:DespatchDocumentReference", [element("cbc:ID", shipment.id)]),
  ];
}

function partyElement({ party, taxNumber, endpoint }: UblParty): XmlElement {
  return element("cac:Party", [
    endpoint === null ? null : element("cbc:EndpointID", endpoint.address, { schemeID: endpoint.scheme }),
    party.id === null ? null : element("cac:PartyIdentification", [element("cbc:ID", party.id)]),
    party.address === null ? null : addressElement("cac:PostalAddress", party.address),
    taxNumber === null ? null : element("cac:PartyTaxScheme", [element("cbc:CompanyID", taxNumber), vat]),
    element("cac:PartyLegalEntity", [element("cbc:RegistrationName", party.name), textElement("cbc:CompanyID", party.registration_number)]),
  ]);
}

const vat = element("cac:TaxScheme", [element("cbc:ID", "VAT")]);

function addressElement(name: string, { street, city, postal_code, country }: DocumentAddress): XmlElement {
  return element(name, [
    textElement("cbc:StreetName", street),
    textElement("cbc:CityName", city),
    textElement("cbc:PostalZone", postal_code),
    element("cac:Country", [element("cbc:IdentificationCode", country)]),
  ]);
}

/** Only who is somebody else than the seller (BR-17). */
function payeeElement({ payee, seller }: TradeDocument): XmlElement | null {
  if (payee === null || payee.name === seller.name || (payee.id !== null && payee.id === seller.id)) return null;
  return element("cac:PayeeParty", [
    payee.id === null ? null : element("cac:PartyIdentification", [element("cbc:ID", payee.id)]),
    element("cac:PartyName", [element("cbc:Name", payee.name)]),
  ]);
}

function deliveryElement({ supplied_on, delivery }: TradeDocument): XmlElement | null {
  if (supplied_on === null && delivery === null) return null;
  const name = delivery === null ? null : textElement("cbc:Name", delivery.name);
  return element("cac:Delivery", [
    textElement("cbc:ActualDeliveryDate", supplied_on),
    delivery === null ? null : element("cac:DeliveryLocation", [addressElement("cac:Address", delivery)]),
    name === null ? null : element("cac:DeliveryParty", [element("cac:PartyName", [name])]),
  ]);
}

/** By credit transfer (code 30 of UNCL 4461): that into an account, wherever it is. */
function paymentElement({ bank, payment_reference }: TradeDocument): XmlElement | null {
  if (bank === null) return null;
  const branch = textElement("cbc:ID", bank.bic);
  return element("cac:PaymentMeans", [
    element("cbc:PaymentMeansCode", "30"),
    textElement("cbc:PaymentID", payment_reference),
    element("cac:PayeeFinancialAccount", [
      element("cbc:ID", bank.iban),
      textElement("cbc:Name", bank.holder),
      branch === null ? null : element("cac:FinancialInstitutionBranch", [branch]),
    ]),
  ]);
}

function taxElement(terms: UblTerms): XmlElement {
  return element("cac:TaxTotal", [
    amountElement(terms, "cbc:TaxAmount", BigInt(terms.document.tax)),
    ...terms.taxes.map((tax) =>
      element("cac:TaxSubtotal", [
        amountElement(terms, "cbc:TaxableAmount", tax.taxable),
        amountElement(terms, "cbc:TaxAmount", tax.tax),
        element("cac:TaxCategory", [
          ...categoryOf(tax.code, tax.ratePpm),
          textElement("cbc:TaxExemptionReasonCode", tax.exemptionCode),
          textElement("cbc:TaxExemptionReason", tax.exemptionText),
          vat,
        ]),
      ]),
    ),
  ]);
}

/** Outside the scope of the tax there is no rate, not even 0 (BR-O-05). */
function categoryOf(code: string, ratePpm: number): Children {
  return [element("cbc:ID", code), code === "O" ? null : element("cbc:Percent", decimalText(BigInt(ratePpm), 4, plainMarks))];
}

function totalElement(terms: UblTerms): XmlElement {
  const { net, total } = terms.document;
  return element("cac:LegalMonetaryTotal", [
    amountElement(terms, "cbc:LineExtensionAmount", BigInt(net)),
    amountElement(terms, "cbc:TaxExclusiveAmount", BigInt(net)),
    amountElement(terms, "cbc:TaxInclusiveAmount", BigInt(total)),
    amountElement(terms, "cbc:PayableAmount", BigInt(total)),
  ]);
}

function lineElement(terms: UblTerms, { line, price, baseQuantity, allowance }: UblLine): XmlElement {
  const isCredit = terms.document.type === "credit_note";
  const unit = { unitCode: line.unit };
  return element(isCredit ? "cac:CreditNoteLine" : "cac:InvoiceLine", [
    element("cbc:ID", String(line.number)),
    element(isCredit ? "cbc:CreditedQuantity" : "cbc:InvoicedQuantity", String(line.quantity), unit),
    amountElement(terms, "cbc:LineExtensionAmount", BigInt(line.net)),
    line.order_line === null ? null : element("cac:OrderLineReference", [element("cbc:LineID", String(line.order_line))]),
    allowance === 0n ? null : discountElement(terms, allowance),
    itemElement(line),
    element("cac:Price", [amountElement(terms, "cbc:PriceAmount", price), element("cbc:BaseQuantity", String(baseQuantity), unit)]),
  ]);
}

/** Reason 95 of UNCL 5189 is a discount. */
function discountElement(terms: UblTerms, allowance: bigint): XmlElement {
  return element("cac:AllowanceCharge", [
    element("cbc:ChargeIndicator", "false"),
    element("cbc:AllowanceChargeReasonCode", "95"),
    element("cbc:AllowanceChargeReason", "Discount"),
    amountElement(terms, "cbc:Amount", allowance),
  ]);
}

function itemElement(line: UblLine["line"]): XmlElement {
  const { title, reference, sku, tax } = line;
  const identified = textElement("cbc:ID", reference ?? sku);
  return element("cac:Item", [
    element("cbc:Name", title),
    identified === null ? null : element("cac:SellersItemIdentification", [identified]),
    element("cac:ClassifiedTaxCategory", [...categoryOf(tax.code, tax.rate_ppm), vat]),
    ...[...(reference === null || sku === null ? [] : [["SKU", sku] as const]), ...attributesByName(line)].map(([name, value]) => {
      const [named, valued] = [textElement("cbc:Name", name), textElement("cbc:Value", value)];
      return named === null || valued === null ? null : element("cac:AdditionalItemProperty", [named, valued]);
    }),
  ]);
}

function amountElement({ document, exponent }: UblTerms, name: string, amount: bigint): XmlElement {
  return element(name, decimalText(amount, exponent, plainMarks), { currencyID: document.currency });
}
