import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { type Database, withReader } from "../platform/db/index.ts";
import type { ExportBounds } from "./admission.ts";
import type { Call } from "./call.ts";
import { csvHeader, csvRow, columnsOf } from "./csv.ts";
import type { Position } from "./cursor.ts";
import type { Operation } from "./operation.ts";
import { readingScope } from "./reading-scope.ts";

/** Rows that one transaction of an export reads. */
const pageRows = 500;

const bufferedBytes = 64 * 1024;

export const exportFormats = ["csv", "ndjson"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The operation behind `GET <list>/export`. */
export type ExportOperation = Extract<Operation, { readonly kind: "export" }>;

/** The operations, and behind each list that can be exported its export. */
export function withExports(operations: readonly Operation[]): readonly Operation[] {
  return operations.flatMap((each) => (each.kind === "read" && each.exported !== undefined ? [each, each.exported] : [each]));
}

type Exporting = {
  readonly database: Database;
  readonly bounds: ExportBounds;
  /** Told of what broke an export off when its answer had begun already. */
  readonly onFault: (error: unknown) => void;
};

const mediaTypes: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8; header=present",
  ndjson: "application/x-ndjson; charset=utf-8",
};

/**
 * Sends all rows of a list, page by page, as fast as the caller takes them; each page is read in a transaction of its own. What fails
 * before the first byte is an ordinary refusal; what fails later breaks the connection off, so that half of it never looks whole.
 */
export async function sendExport(reply: FastifyReply, operation: ExportOperation, call: Call, exporting: Exporting): Promise<FastifyReply> {
  const { format } = call.query as { format: ExportFormat };
  const [, noun = "export"] = operation.id.split(".");
  const headed = () =>
    reply.header("content-type", mediaTypes[format]).header("content-disposition", `attachment; filename="${noun}.${format}"`);
  if (reply.request.method === "HEAD") return headed().send();
  const pages = pagesOf(operation, call, exporting);
  const first = await pages.next();
  const stream = Readable.from(textOf(operation, format, first, pages, exporting.onFault), {
    objectMode: false,
    highWaterMark: bufferedBytes,
  });
  reply.raw.setTimeout(exporting.bounds.stallMillis, () => void reply.raw.destroy());
  return headed().send(stream);
}

type Pages = AsyncGenerator<readonly unknown[], void, void>;

async function* pagesOf(operation: ExportOperation, call: Call, { database, bounds }: Exporting): Pages {
  const scope = readingScope(operation, call);
  let rows = 0;
  let from: Position | undefined;
  do {
    const before = from;
    const page = await withReader(database, scope, (reader) => operation.page(reader, call, before, pageRows));
    rows += page.items.length;
    if (rows > bounds.mostRows) throw new ExportTooLong(bounds.mostRows);
    yield page.items;
    from = page.next;
  } while (from !== undefined);
}

/** An export has more rows than it may have: the caller is to narrow it down by its filters. */
export class ExportTooLong extends Error {
  override readonly name = "ExportTooLong";

  constructor(mostRows: number) {
    super(`the export has more than ${mostRows} rows`);
  }
}

async function* textOf(
  { response }: ExportOperation,
  format: ExportFormat,
  first: IteratorResult<readonly unknown[], void>,
  pages: Pages,
  onFault: (error: unknown) => void,
): AsyncGenerator<Buffer, void, void> {
  const columns = columnsOf(response);
  const lineOf = format === "csv" ? (item: unknown) => csvRow(columns, item) : (item: unknown) => `${JSON.stringify(item)}\n`;
  let head = format === "csv" ? csvHeader(columns) : "";
  try {
    for (let page = first; page.done !== true; page = await pages.next()) {
      const text = head + page.value.map(lineOf).join("");
      head = "";
      if (text !== "") yield Buffer.from(text);
    }
  } catch (error) {
    onFault(error);
    throw error;
  }
}
