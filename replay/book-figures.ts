import { type Figures, balanceFigures, figure, namesOf } from "./figures.ts";
import { type BookTotals, type InvoiceSum, noInvoices } from "./invoice-sums.ts";

const parts = {
  ...{ invoices: "invoices", goods: "goods_minor", freight: "freight_minor", tax: "tax_minor" },
  ...{ total: "total_minor", credited: "credited_minor", commission: "commission_minor", commissionTax: "commission_tax_minor" },
  ...{ pending: "payable_pending_minor", payable: "payable_minor" },
};
type PartName = keyof typeof parts;
const partNames = Object.keys(parts) as readonly PartName[];

/** The equalities of what was invoiced, paid and booked. */
export function bookFigures(name: string, expected: BookTotals, actual: BookTotals): Figures {
  const [wanted, found] = [expected.books, actual.books];
  const invoiced = `${name}.invoiced`;
  return {
    ...sumFigures(invoiced, expected.invoices.all, actual.invoices.all),
    ...statusFigures(`${invoiced}.status`, expected.invoices.byStatus, actual.invoices.byStatus),
    ...differingFigures(`${invoiced}.sellers_differing`, expected.invoices.bySeller, actual.invoices.bySeller),
    ...differingFigures(`${invoiced}.companies_differing`, expected.invoices.byCompany, actual.invoices.byCompany),
    ...balanceFigures(`${name}.open_minor`, "invoices", expected.open, actual.open),
    ...balanceFigures(`${name}.commission_minor`, "sellers", wanted.commission, found.commission),
    ...balanceFigures(`${name}.commission_tax_minor`, "sellers", wanted.commissionTax, found.commissionTax),
    ...balanceFigures(`${name}.payable_minor`, "sellers", wanted.payable, found.payable),
    ...balanceFigures(`${name}.payable_pending_minor`, "sellers", wanted.pending, found.pending),
    ...balanceFigures(`${name}.receivable_minor`, "companies", wanted.receivable, found.receivable),
    ...balanceFigures(`${name}.customer_funds_minor`, "companies", wanted.customerFunds, found.customerFunds),
    [`${name}.bank_minor`]: figure(wanted.bank, found.bank),
    [`${name}.unmatched_minor`]: figure(wanted.unmatched, found.unmatched),
    [`${name}.unmatched_lines`]: figure(wanted.unmatchedLines, found.unmatchedLines),
    [`${name}.earned_commission_minor`]: figure(expected.earned.commission, actual.earned.commission),
    [`${name}.earned_commission_tax_minor`]: figure(expected.earned.commissionTax, actual.earned.commissionTax),
    [`${name}.trial_balance_minor`]: figure(expected.imbalance, actual.imbalance),
  };
}

type Sums = ReadonlyMap<string, InvoiceSum>;

function sumFigures(prefix: string, wanted: InvoiceSum, found: InvoiceSum): Figures {
  return Object.fromEntries(partNames.map((part) => [`${prefix}.${parts[part]}`, figure(wanted[part], found[part])]));
}

function statusFigures(prefix: string, wanted: Sums, found: Sums): Figures {
  const figures = [...namesOf(wanted, found)].map((status) =>
    sumFigures(`${prefix}.${status}`, wanted.get(status) ?? noInvoices, found.get(status) ?? noInvoices),
  );
  return Object.assign({}, ...figures) as Figures;
}

/** How many of the names have other sums: none, or something is wrong. */
function differingFigures(name: string, wanted: Sums, found: Sums): Figures {
  const isAlike = (each: string) =>
    partNames.every((part) => (wanted.get(each) ?? noInvoices)[part] === (found.get(each) ?? noInvoices)[part]);
  return { [name]: figure(0, [...namesOf(wanted, found)].filter((each) => !isAlike(each)).length) };
}
