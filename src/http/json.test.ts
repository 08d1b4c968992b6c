import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical.ts";
import { type JsonReason, type JsonValue, jsonReasons, parseJson } from "./json.ts";

const seed = 20_261_122;
const runs = 2_000;
const bytesOf = (text: string) => Buffer.from(text, "utf8");
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

/** Values of the strict grammar. */
const { value: strictValues } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    strings(),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(
      strings().filter((name) => name !== "__proto__"),
      tie("value"),
      { maxKeys: 5, noNullPrototype: true },
    ),
  ),
}));

function strings() {
  return fc.string({ unit: "binary", maxLength: 8 }).filter((text) => !text.includes("\0"));
}

/** Writes a value in one of the many ways that JSON has: white space anywhere, any character escaped. */
function written(value: JsonValue, choose: (of: number) => number): string {
  const space = () => ["", "", "", " ", "\n", "\t\r"][choose(6)] as string;
  const character = (unit: string): string => {
    const code = unit.charCodeAt(0);
    const mustEscape = code < 0x20 || unit === '"' || unit === "\\";
    if (!mustEscape && choose(4) > 0) return unit;
    const hexadecimal = code.toString(16).padStart(4, "0");
    return `\\u${choose(2) === 0 ? hexadecimal : hexadecimal.toUpperCase()}`;
  };
  const text = (of: string): string => `"${Array.from(of, (point) => (point.length === 1 ? character(point) : point)).join("")}"`;
  const bare = (): string => {
    if (typeof value === "string") return text(value);
    if (typeof value !== "object" || value === null) return String(value);
    if (Array.isArray(value)) return `[${space()}${value.map((each) => written(each, choose)).join(",")}]`;
    const members = Object.entries(value).map(([name, each]) => `${space()}${text(name)}${space()}:${written(each, choose)}`);
    return `{${space()}${members.join(",")}}`;
  };
  return space() + bare() + space();
}

describe("A body in the strict grammar", () => {
  it("is read as JSON.parse reads it", () => {
    fc.assert(
      fc.property(strictValues, fc.infiniteStream(fc.nat()), (value, numbers) => {
        const text = written(value, (of) => (numbers.next().value as number) % of);
        const read = parseJson(bytesOf(text));
        expect(read).toStrictEqual({ ok: true, value: JSON.parse(text) });
        expect(read).toStrictEqual({ ok: true, value });
      }),
      { seed, numRuns: runs },
    );
  });

  it("that was damaged is refused, or read as JSON.parse reads it", () => {
    const damaged = fc.record({
      value: strictValues,
      at: fc.nat(),
      byte: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...bytesOf('0123456789-,:"[]{} '))),
      cut: fc.nat({ max: 2 }),
    });
    let [refused, read] = [0, 0];
    fc.assert(
      fc.property(damaged, ({ value, at, byte, cut }) => {
        const whole = bytesOf(JSON.stringify(value));
        const place = at % (whole.length + 1);
        const bytes = Buffer.concat([whole.subarray(0, place), Buffer.from([byte]), whole.subarray(place + cut)]);
        const result = parseJson(bytes);
        if (result.ok) {
          read += 1;
          // JSON.parse has two zeros.
          expect(result.value).toStrictEqual(
            JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes), (_, each) => (each === 0 ? 0 : each)),
          );
        } else {
          refused += 1;
          expect(result.offset).toBeLessThanOrEqual(bytes.length);
        }
      }),
      { seed, numRuns: runs },
    );
    expect(Math.min(refused, read)).toBeGreaterThan(runs / 20);
  });

  it.each<[string, JsonValue]>([
    ["0", 0],
    ["-0", 0],
    ["-7", -7],
    ["9007199254740991", 9_007_199_254_740_991],
    ["-9007199254740991", -9_007_199_254_740_991],
    ['"\\ud83d\\ude00"', "\u{1f600}"],
    ['"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'],
    ['"\u007f\u2028\ufeff\uffff"', "\u007f\u2028\ufeff\uffff"],
    [" \t\r\n{ } ", {}],
    [nested(32), JSON.parse(nested(32))],
    ['{"constructor":1,"toString":2,"hasOwnProperty":3,"proto":4}', { constructor: 1, toString: 2, hasOwnProperty: 3, proto: 4 }] as never,
    ['{"":{"a":1},"A":{"a":1}}', { "": { a: 1 }, A: { a: 1 } }],
  ])("may be %s", (text, value) => {
    expect(parseJson(bytesOf(text))).toStrictEqual({ ok: true, value });
  });

  it("may lie anywhere in a larger buffer", () => {
    const larger = bytesOf('xx{"a":1}yy');
    expect(parseJson(new Uint8Array(larger.buffer, larger.byteOffset + 2, 7))).toStrictEqual({ ok: true, value: { a: 1 } });
  });
});

type Bad = readonly [name: string, body: string | readonly (string | number[])[], reason: JsonReason, pointer: string, offset: number];

const corpus: readonly Bad[] = [
  ["nothing", "", "empty", "", 0],
  ["only white space", " \n\t\r ", "empty", "", 5],
  ["a byte order mark", "\ufeff{}", "byte-order-mark", "", 0],
  ["white space that JSON does not know", "\u00a0{}", "unexpected-character", "", 0],
  ["a form feed", "\f{}", "unexpected-character", "", 0],
  // Numbers
  ["a fraction", '{"lines":[{"quantity":1.5}]}', "not-an-integer", "/lines/0/quantity", 23],
  ["a fraction of zero", "[10.0]", "not-an-integer", "/0", 3],
  ["an exponent", '{"amount":1e3}', "not-an-integer", "/amount", 11],
  ["a large exponent", "1E400", "not-an-integer", "", 1],
  ["2^53", '{"amount":9007199254740992}', "integer-out-of-range", "/amount", 10],
  ["2^53 + 1", '{"amount":9007199254740993}', "integer-out-of-range", "/amount", 10],
  ["−2^53", "-9007199254740992", "integer-out-of-range", "", 0],
  ["a number of a thousand digits", "9".repeat(1_000), "integer-out-of-range", "", 0],
  ["a leading zero", '{"a":[0,01]}', "leading-zero", "/a/1", 8],
  ["a leading zero after the sign", "-012", "leading-zero", "", 0],
  ["a plus", "[+1]", "unexpected-character", "/0", 1],
  ["a sign alone", "[-]", "unexpected-character", "/0", 2],
  ["a sign at the end", "-", "unexpected-end", "", 1],
  ["a bare fraction", ".5", "unexpected-character", "", 0],
  ["a hexadecimal number", "0x10", "trailing-content", "", 1],
  ["NaN", '{"a":NaN}', "unexpected-character", "/a", 5],
  ["Infinity", '{"a":Infinity}', "unexpected-character", "/a", 5],
  ["−Infinity", '{"a":-Infinity}', "unexpected-character", "/a", 6],
  ["a bigint", "[1n]", "unexpected-character", "", 2],
  ["a separator of thousands", "[1_000]", "unexpected-character", "", 2],
  // Members
  ["a duplicate member", '{"a":1,"b":2,"a":3}', "duplicate-member", "/a", 13],
  ["a duplicate member further down", '{"lines":[{},{"sku":"x","sku":"y"}]}', "duplicate-member", "/lines/1/sku", 24],
  ["a duplicate member in other letters", '{"a":1,"\\u0061":2}', "duplicate-member", "/a", 7],
  ["a duplicate of a name that every object inherits", '{"toString":1,"toString":2}', "duplicate-member", "/toString", 14],
  ["__proto__", '{"__proto__":{"admin":true}}', "forbidden-member", "/__proto__", 1],
  ["__proto__ in other letters", '{"a":{"\\u005f_proto__":1}}', "forbidden-member", "/a/__proto__", 6],
  ["a name without quotes", "{a:1}", "unexpected-character", "", 1],
  ["a name in single quotes", "{'a':1}", "unexpected-character", "", 1],
  ["a number as name", '{"x":{1:2}}', "unexpected-character", "/x", 6],
  ["a member without value", '{"a":}', "unexpected-character", "/a", 5],
  ["a member without colon", '{"a" 1}', "unexpected-character", "/a", 5],
  ["a comma at the end of an object", '{"a":1,}', "unexpected-character", "", 7],
  ["a comma alone in an object", "{,}", "unexpected-character", "", 1],
  ["no comma between members", '{"a":1 "b":2}', "unexpected-character", "", 7],
  ["a name that needs escaping in a pointer", '{"a/b~c":[1.5]}', "not-an-integer", "/a~1b~0c/0", 11],
  // Arrays
  ["a comma at the end of an array", "[1,]", "unexpected-character", "/1", 3],
  ["a comma alone in an array", "[,1]", "unexpected-character", "/0", 1],
  ["no comma between elements", "[1 2]", "unexpected-character", "", 3],
  ["a wrong bracket", '{"a":[1}', "unexpected-character", "/a", 7],
  // Depth
  ["arrays 33 deep", nested(33), "too-deep", "/0".repeat(32), 32],
  ["objects 33 deep", '{"a":'.repeat(33) + "1" + "}".repeat(33), "too-deep", "/a".repeat(32), 160],
  ["arrays 10,000 deep", nested(10_000), "too-deep", "/0".repeat(32), 32],
  ["arrays that never close", "[".repeat(100_000), "too-deep", "/0".repeat(32), 32],
  // Strings
  ["a line feed in a string", '{"a":"x\ny"}', "control-character", "/a", 7],
  ["a tab in a name", '{"a\tb":1}', "control-character", "", 3],
  ["a raw NUL", '{"a":"x\u0000y"}', "nul-character", "/a", 7],
  ["an escaped NUL", '{"a":"x\\u0000y"}', "nul-character", "/a", 7],
  ["an escaped NUL in a name", '{"\\u0000":1}', "nul-character", "", 2],
  ["half a surrogate pair, high", '["\\ud83d"]', "lone-surrogate", "/0", 2],
  ["half a surrogate pair, low", '["\\ude00"]', "lone-surrogate", "/0", 2],
  ["a high surrogate before a character", '["\\ud83dx"]', "lone-surrogate", "/0", 2],
  ["two high surrogates", '["\\ud83d\\ud83d"]', "lone-surrogate", "/0", 2],
  ["a surrogate pair the wrong way round", '["\\ude00\\ud83d"]', "lone-surrogate", "/0", 2],
  ["an unknown escape", '["\\x41"]', "bad-escape", "/0", 2],
  ["an escaped quote of JavaScript", '["\\\'"]', "bad-escape", "/0", 2],
  ["three hexadecimal digits", '["\\u12g4"]', "bad-escape", "/0", 2],
  ["a sign among hexadecimal digits", '["\\u+123"]', "bad-escape", "/0", 2],
  ["single quotes", "['a']", "unexpected-character", "/0", 1],
  // The end
  ["a string that never ends", '{"a":"xyz', "unexpected-end", "/a", 9],
  ["an escape that never ends", '{"a":"\\', "unexpected-end", "/a", 7],
  ["hexadecimal digits that never end", '{"a":"\\u12', "unexpected-end", "/a", 10],
  ["an object that never ends", '{"a":1', "unexpected-end", "", 6],
  ["an array that never ends", '{"a":[1,', "unexpected-end", "/a/1", 8],
  ["a word that never ends", "[tru", "unexpected-end", "/0", 4],
  ["another word", "[nul1]", "unexpected-character", "/0", 4],
  ["a word in capitals", "[True]", "unexpected-character", "/0", 1],
  ["undefined", "[undefined]", "unexpected-character", "/0", 1],
  ["two values", "{} {}", "trailing-content", "", 3],
  ["a comma after the value", "{},", "trailing-content", "", 2],
  ["a NUL after the value", "{}\u0000", "trailing-content", "", 2],
  ["a comment", "{/* all */}", "unexpected-character", "", 1],
  ["a comment of one line", "1 // one", "trailing-content", "", 2],
  ["offsets in bytes, not in characters", '{"ä€😀":1.5}', "not-an-integer", "/ä€😀", 14],
  // UTF-8
  ["a byte that is none of UTF-8", ['{"name":"M', [0xff], '"}'], "not-utf8", "/name", 10],
  ["Latin-1", ['{"name":"M', [0xfc], 'ller"}'], "not-utf8", "/name", 10],
  ["an overlong slash", ['["', [0xc0, 0xaf], '"]'], "not-utf8", "/0", 2],
  ["an overlong NUL", ['["', [0xc0, 0x80], '"]'], "not-utf8", "/0", 2],
  ["an overlong quote of three bytes", ['["', [0xe0, 0x80, 0xa2], '"]'], "not-utf8", "/0", 2],
  ["a surrogate in UTF-8", ['["', [0xed, 0xa0, 0xbd], '"]'], "not-utf8", "/0", 2],
  ["a surrogate pair in UTF-8", ['["', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80], '"]'], "not-utf8", "/0", 2],
  ["more than U+10FFFF", ['["', [0xf4, 0x90, 0x80, 0x80], '"]'], "not-utf8", "/0", 2],
  ["five bytes", ['["', [0xf8, 0x88, 0x80, 0x80, 0x80], '"]'], "not-utf8", "/0", 2],
  ["a byte that continues nothing", ['["', [0x80], '"]'], "not-utf8", "/0", 2],
  ["a character cut short", ['["', [0xe2, 0x82], '"]'], "not-utf8", "/0", 2],
  ["a character cut short by the end", ['["', [0xe2, 0x82]], "not-utf8", "/0", 2],
  ["a bad byte after a real U+FFFD", ['["\ufffd', [0xff], '"]'], "not-utf8", "/0", 5],
  ["a bad byte in a name", ['{"a":{"', [0xff], '":1}}'], "not-utf8", "/a", 7],
  ["a bad byte outside any string", ["[1, ", [0xff], "]"], "not-utf8", "/1", 4],
  ["only a bad byte", [[0xff]], "not-utf8", "", 0],
  ["a bad byte after the value", ["{}", [0xff]], "not-utf8", "", 2],
  ["another mistake before the bad byte", ['{"a":1.5,"b":"', [0xff], '"}'], "not-an-integer", "/a", 6],
  ["UTF-16", [[0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]], "not-utf8", "", 0],
];

const bodyOf = (body: Bad[1]) =>
  typeof body === "string"
    ? bytesOf(body)
    : Buffer.concat(body.map((piece) => (typeof piece === "string" ? bytesOf(piece) : Buffer.from(piece))));

describe("A body outside the strict grammar", () => {
  it.each(corpus)("is refused with %s", (_, body, reason, pointer, offset) => {
    expect(parseJson(bodyOf(body))).toStrictEqual({ ok: false, pointer, reason, offset });
  });

  it("is refused for each of the reasons that there are", () => {
    expect(new Set(corpus.map(([, , reason]) => reason))).toEqual(new Set(Object.keys(jsonReasons)));
  });

  it("is more than what JSON.parse refuses", () => {
    const taken = corpus.filter(([, body]) => {
      try {
        JSON.parse(bodyOf(body).toString("utf8"));
        return true;
      } catch {
        return false;
      }
    });
    expect(taken.length).toBeGreaterThan(20);
  });

  it("leaves every prototype as it was", () => {
    parseJson(bytesOf('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}'));
    const read = parseJson(bytesOf('{"constructor":{"prototype":{"admin":true}}}'));
    expect(read.ok && Object.getPrototypeOf(read.value)).toBe(Object.prototype);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it("is pointed at by the nearest ancestor that can be named in 1,024 characters", () => {
    const long = "x".repeat(2_000);
    expect(parseJson(bytesOf(`{"lines":[{"${long}":{"deep":1.5}}]}`))).toMatchObject({ reason: "not-an-integer", pointer: "/lines/0" });
  });

  it("of 10 MB is refused as soon as it is wrong", () => {
    const body = bytesOf(`{"a":1e3,"b":"${"x".repeat(10_000_000)}"}`);
    expect(parseJson(body)).toStrictEqual({ ok: false, pointer: "/a", reason: "not-an-integer", offset: 6 });
  });
});

describe("Canonical JSON", () => {
  const shuffled = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([name, each]) => [name, shuffled(each)] as const);
    return Object.fromEntries(entries.toReversed());
  };

  it("is the same for the same value in another order, and says the same", () => {
    const same = (canonical: (value: JsonValue) => string) =>
      fc.property(strictValues, (value) => {
        expect(canonical(shuffled(value))).toBe(canonical(value));
        expect(JSON.parse(canonical(value))).toStrictEqual(value);
      });
    fc.assert(same(canonicalJson), { seed, numRuns: runs });
    expect(fc.check(same(JSON.stringify), { seed, numRuns: runs, endOnFailure: true }).failed).toBe(true);
  });

  it("differs for different values", () => {
    fc.assert(
      fc.property(strictValues, strictValues, (a, b) => {
        const equal = canonicalJson(a) === canonicalJson(b);
        if (equal) expect(a).toStrictEqual(b);
        else expect(a).not.toStrictEqual(b);
      }),
      { seed, numRuns: runs },
    );
    const differing = [
      '{"a":1}',
      '{"a":"1"}',
      '{"a":[1]}',
      '{"a":null}',
      "{}",
      "[]",
      '""',
      "null",
      '{"a":{"b":1}}',
      '{"a":{},"b":1}',
      "[[1],2]",
      "[1,[2]]",
    ];
    expect(new Set(differing.map((text) => canonicalJson(JSON.parse(text) as JsonValue))).size).toBe(differing.length);
  });

  it("sorts members by code unit and writes no white space", () => {
    expect(canonicalJson({ b: [1, { d: null, c: "ü\n" }], "10": 1, "9": 2, B: true })).toBe(
      '{"10":1,"9":2,"B":true,"b":[1,{"c":"ü\\n","d":null}]}',
    );
  });
});
