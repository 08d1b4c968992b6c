/** One answer as it came over the wire. */
export type HttpAnswer = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body's bytes, after transfer encoding. */
  readonly body: Buffer;
};

type Framed = { answer: HttpAnswer; rest: Buffer };

function readChunks(bytes: Buffer): { body: Buffer; rest: Buffer } | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    const end = lineEnd + 2 + size;
    if (bytes.length < end + 2) return undefined;
    if (size === 0) return { body: Buffer.concat(parts), rest: bytes.subarray(end + 2) };
    parts.push(bytes.subarray(lineEnd + 2, end));
    at = end + 2;
  }
}

/** Cuts the first whole answer off `bytes`; undefined while it is not all there. Interim answers (1xx) are passed over. */
export function readAnswer(bytes: Buffer): Framed | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, headEnd).split("\r\n");
  const status = Number(statusLine.split(" ")[1]);
  const afterHead = bytes.subarray(headEnd + 4);
  if (status < 200) return readAnswer(afterHead);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  if (headers["transfer-encoding"]?.toLowerCase() === "chunked") {
    const chunked = readChunks(afterHead);
    return chunked && { answer: { status, headers, body: chunked.body }, rest: chunked.rest };
  }
  const length = status === 204 || status === 304 ? 0 : Number(headers["content-length"] ?? 0);
  if (afterHead.length < length) return undefined;
  return { answer: { status, headers, body: afterHead.subarray(0, length) }, rest: afterHead.subarray(length) };
}
