/** Writes camt.053 messages and statement CSV as banks would, for tests. Amounts are decimal text, as they stand in the file. */
export type WrittenEntry = {
  readonly amount: string;
  readonly currency?: string;
  readonly direction?: "CRDT" | "DBIT";
  readonly state?: string;
  readonly day?: string;
  readonly reference?: string;
  readonly inner?: string;
  readonly details?: string;
};

export type Version = "02" | "08";

export function camtEntryXml(version: Version, entry: WrittenEntry): string {
  const { amount, currency = "EUR", direction = "CRDT", state = "BOOK", day = "2026-01-15", reference, inner = "", details = "" } = entry;
  return [
    `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd>`,
    version === "02" ? `<Sts>${state}</Sts>` : `<Sts><Cd>${state}</Cd></Sts>`,
    `<BookgDt><Dt>${day}</Dt></BookgDt><ValDt><Dt>${day}</Dt></ValDt>`,
    reference === undefined ? "" : `<AcctSvcrRef>${reference}</AcctSvcrRef>`,
    `<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>`,
    `${inner}${details === "" ? "" : `<NtryDtls>${details}</NtryDtls>`}</Ntry>`,
  ].join("");
}

export function balanceXml(code: string, amount: string, currency = "EUR", day = "2026-01-15"): string {
  const negative = amount.startsWith("-");
  return [
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${negative ? amount.slice(1) : amount}</Amt>`,
    `<CdtDbtInd>${negative ? "DBIT" : "CRDT"}</CdtDbtInd><Dt><Dt>${day}</Dt></Dt></Bal>`,
  ].join("");
}

export type WrittenStatement = {
  readonly id?: string;
  readonly account?: string;
  readonly balances: string;
  readonly entries: string;
};

export function camtStatementXml({ id = "S-1", account = "AT611904300234573201", balances, entries }: WrittenStatement): string {
  return `<Stmt><Id>${id}</Id><ElctrncSeqNb>15</ElctrncSeqNb><CreDtTm>2026-01-15T20:00:00+01:00</CreDtTm><Acct><Id><IBAN>${account}</IBAN></Id></Acct>${balances}${entries}</Stmt>`;
}

export function camtMessageXml(version: Version, statements: string): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt>`,
    `<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-01-15T20:00:00+01:00</CreDtTm></GrpHdr>${statements}</BkToCstmrStmt></Document>\n`,
  ].join("");
}

/** A message with one statement of these entries: from 1,000.00 to `closing`. */
export function camtFile(version: Version, closing: string, entries: readonly WrittenEntry[]): Uint8Array {
  const balances = balanceXml("OPBD", "1000.00") + balanceXml("CLBD", closing);
  return bytes(
    camtMessageXml(version, camtStatementXml({ balances, entries: entries.map((entry) => camtEntryXml(version, entry)).join("") })),
  );
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
