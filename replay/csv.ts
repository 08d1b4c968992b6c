/**
 * Reads CSV (RFC 4180): fields in double quotes may hold commas, line breaks and doubled quotes. The first record names the columns.
 *
 * @throws Error that names the record when it has another number of fields than the first
 */
export function readCsv(text: string): Record<string, string>[] {
  const [names = [], ...records] = parse(text.replace(/^\uFEFF/, ""));
  return records.map((fields, index) => {
    if (fields.length !== names.length) throw new Error(`record ${index + 2} has ${fields.length} fields, ${names.length} are named`);
    return Object.fromEntries(names.map((name, column) => [name, fields[column] ?? ""]));
  });
}

const separator = /[,\r\n]/g;

function parse(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field: string;
    if (text[at] === '"') {
      [field, at] = quoted(text, at + 1);
    } else {
      separator.lastIndex = at;
      const stop = separator.exec(text)?.index ?? text.length;
      field = text.slice(at, stop);
      at = stop;
    }
    record.push(field);
    if (text[at] === ",") {
      at += 1;
      // A comma at the very end leaves an empty last field.
      if (at === text.length) record.push("");
      continue;
    }
    if (text[at] === "\r") at += 1;
    if (text[at] === "\n") at += 1;
    records.push(record);
    record = [];
  }
  if (record.length > 0) records.push(record);
  return records;
}

function quoted(text: string, from: number): [string, number] {
  let field = "";
  let at = from;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) throw new Error("a quoted field has no end");
    field += text.slice(at, quote);
    if (text[quote + 1] !== '"') return [field, quote + 1];
    field += '"';
    at = quote + 2;
  }
}
