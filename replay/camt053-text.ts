import { type BankEntry, type DayStatement, decimalText } from "./bank-statement.ts";

/** A bank's statement as a camt.053 message (ISO 20022, version 001.08) with what it has to say and nothing more. */
export function camt053(statement: DayStatement): string {
  const { id, iban, currency, day, opening, entries, closing } = statement;
  const at = `${day}T20:00:00Z`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>\n',
    `<GrpHdr><MsgId>${escaped(id)}</MsgId><CreDtTm>${at}</CreDtTm></GrpHdr>\n`,
    `<Stmt><Id>${escaped(id)}</Id><CreDtTm>${at}</CreDtTm><Acct><Id><IBAN>${iban}</IBAN></Id><Ccy>${currency}</Ccy></Acct>\n`,
    balance("OPBD", opening, statement),
    balance("CLBD", closing, statement),
    ...entries.map((entry) => entryElement(entry, currency)),
    "</Stmt>\n</BkToCstmrStmt></Document>\n",
  ].join("");
}

function balance(code: string, amount: bigint, { currency, day }: DayStatement): string {
  return `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>${moved(amount, currency)}<Dt><Dt>${day}</Dt></Dt></Bal>\n`;
}

function entryElement({ bookedOn, amount, reference, remittance, payer, isReturn }: BankEntry, currency: string): string {
  const returned = isReturn ? "<RvslInd>true</RvslInd>" : "";
  return [
    `<Ntry>${moved(amount, currency)}${returned}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>${bookedOn}</Dt></BookgDt>`,
    `<AcctSvcrRef>${escaped(reference)}</AcctSvcrRef>`,
    "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>OTHR</SubFmlyCd></Fmly></Domn></BkTxCd>",
    `<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>${escaped(payer)}</Nm></Pty></Dbtr></RltdPties>`,
    `<RmtInf><Ustrd>${escaped(remittance)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n`,
  ].join("");
}

function moved(amount: bigint, currency: string): string {
  const [size, direction] = amount < 0n ? [-amount, "DBIT"] : [amount, "CRDT"];
  return `<Amt Ccy="${currency}">${decimalText(size)}</Amt><CdtDbtInd>${direction}</CdtDbtInd>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function escaped(text: string): string {
  return text.replaceAll(/[&<>]/g, (character) => entities[character] ?? character);
}
