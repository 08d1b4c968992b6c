/** The header `traceparent` of W3C Trace Context (level 1): which trace a request belongs to and which span called. */
export type Traceparent = { readonly traceId: string; readonly parentId: string; readonly flags: string };

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Reads the header strictly: lower case, nothing around it, neither id all zero. A version after 00 may have more fields behind, which
 * are left aside; 00 may not, and ff is no version. Undefined for anything else: the caller begins a trace of its own.
 */
export function parseTraceparent(text: string): Traceparent | undefined {
  const [, version, traceId, parentId, flags, rest] = form.exec(text) ?? [];
  if (version === undefined || traceId === undefined || parentId === undefined || flags === undefined) return undefined;
  if (version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  return { traceId, parentId, flags };
}

export function formatTraceparent({ traceId, parentId, flags }: Traceparent): string {
  return `00-${traceId}-${parentId}-${flags}`;
}

/**
 * A span of our own: in the caller's trace when there is one, else at the head of a new trace that is not sampled. `fillRandom` fills
 * the bytes it is given from a cryptographic source.
 */
export function newTraceparent(fillRandom: (bytes: Uint8Array) => Uint8Array, caller?: Traceparent): Traceparent {
  return {
    traceId: caller?.traceId ?? randomHex(fillRandom, 16),
    parentId: randomHex(fillRandom, 8),
    // Of the flags only "sampled" is known; what is not known is not passed on.
    flags: caller !== undefined && (Number.parseInt(caller.flags, 16) & 1) === 1 ? "01" : "00",
  };
}

function randomHex(fillRandom: (bytes: Uint8Array) => Uint8Array, length: number): string {
  for (;;) {
    const bytes = Buffer.from(fillRandom(new Uint8Array(length)));
    if (bytes.some((byte) => byte !== 0)) return bytes.toString("hex");
  }
}
