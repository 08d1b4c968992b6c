export type JsonValue = null | boolean | number | string | JsonValue[] | { [member: string]: JsonValue };

/** Why a body was refused, in one sentence each. */
export const jsonReasons = {
  empty: "The body is empty.",
  "not-utf8": "The body is not valid UTF-8.",
  "byte-order-mark": "The body begins with a byte order mark.",
  "too-deep": "Arrays and objects are nested more than 32 deep.",
  "duplicate-member": "The object has two members of this name.",
  "forbidden-member": "A member may not have this name.",
  "not-an-integer": "Numbers are integers without fraction and exponent.",
  "leading-zero": "A number does not begin with a superfluous zero.",
  "integer-out-of-range": "Integers lie between -9007199254740991 and 9007199254740991.",
  "control-character": "A control character in a string has to be escaped.",
  "nul-character": "A string may not contain the character U+0000.",
  "lone-surrogate": "A string contains half of a surrogate pair.",
  "bad-escape": "A string contains an escape that JSON does not know.",
  "unexpected-end": "The body ends too early.",
  "unexpected-character": "This character cannot stand here.",
  "trailing-content": "Something follows the end of the JSON value.",
} as const;

export type JsonReason = keyof typeof jsonReasons;

const maximumDepth = 32;
const maximumPointerLength = 1_024;

/** Why and where reading ended; `at` counts UTF-16 code units. */
export class Unreadable extends Error {
  readonly pointer: string;
  readonly reason: JsonReason;
  readonly at: number;

  constructor(pointer: string, reason: JsonReason, at: number) {
    super(reason);
    this.pointer = pointer;
    this.reason = reason;
    this.at = at;
  }
}

const quote = 0x22;
const minus = 0x2d;
const digitZero = 0x30;
const digitNine = 0x39;
const backslash = 0x5c;
const escapes: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const fourHexadecimals = /^[0-9a-fA-F]{4}$/;

/** Reads one JSON value with the rules of `parseJson`; the text is well-formed UTF-16. @throws Unreadable */
export function readJson(text: string): JsonValue {
  return new Reader(text).document();
}

/** One pass over the text, by recursive descent: the depth is bounded. */
class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  readonly #path: (string | number)[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    this.#skipWhiteSpace();
    if (this.#at === this.#text.length) this.#refuse("empty");
    const value = this.#value();
    this.#skipWhiteSpace();
    if (this.#at < this.#text.length) this.#refuse("trailing-content");
    return value;
  }

  #value(): JsonValue {
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object();
      case "[":
        return this.#array();
      case '"':
        return this.#string();
      case "t":
        return this.#literal("true", true);
      case "f":
        return this.#literal("false", false);
      case "n":
        return this.#literal("null", null);
      default:
        return this.#integer();
    }
  }

  #object(): JsonValue {
    this.#descend();
    const members: { [member: string]: JsonValue } = {};
    this.#skipWhiteSpace();
    if (this.#text[this.#at] !== "}") {
      for (;;) {
        this.#skipWhiteSpace();
        if (this.#text.charCodeAt(this.#at) !== quote) this.#refuseCharacter();
        const start = this.#at;
        const name = this.#string();
        this.#path.push(name);
        if (name === "__proto__") this.#refuse("forbidden-member", start);
        if (Object.hasOwn(members, name)) this.#refuse("duplicate-member", start);
        this.#skipWhiteSpace();
        this.#expect(":");
        this.#skipWhiteSpace();
        members[name] = this.#value();
        this.#path.pop();
        this.#skipWhiteSpace();
        if (this.#text[this.#at] !== ",") break;
        this.#at += 1;
      }
    }
    this.#ascend("}");
    return members;
  }

  #array(): JsonValue {
    this.#descend();
    const elements: JsonValue[] = [];
    this.#skipWhiteSpace();
    if (this.#text[this.#at] !== "]") {
      for (;;) {
        this.#path.push(elements.length);
        this.#skipWhiteSpace();
        elements.push(this.#value());
        this.#path.pop();
        this.#skipWhiteSpace();
        if (this.#text[this.#at] !== ",") break;
        this.#at += 1;
      }
    }
    this.#ascend("]");
    return elements;
  }

  #descend(): void {
    if (this.#depth === maximumDepth) this.#refuse("too-deep");
    this.#depth += 1;
    this.#at += 1;
  }

  #ascend(bracket: string): void {
    this.#expect(bracket);
    this.#depth -= 1;
  }

  #string(): string {
    this.#at += 1;
    let start = this.#at;
    let before = "";
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === quote) {
        const whole = before + this.#text.slice(start, this.#at);
        this.#at += 1;
        return whole;
      }
      if (code === backslash) {
        before += this.#text.slice(start, this.#at) + this.#escape();
        start = this.#at;
      } else if (code >= 0x20) {
        this.#at += 1;
      } else {
        this.#refuse(Number.isNaN(code) ? "unexpected-end" : code === 0 ? "nul-character" : "control-character");
      }
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1];
    if (letter === undefined) this.#refuse("unexpected-end", this.#text.length);
    if (letter !== "u") {
      const character = escapes[letter];
      if (character === undefined) this.#refuse("bad-escape");
      this.#at += 2;
      return character;
    }
    const start = this.#at;
    const unit = this.#codeUnit();
    if (unit === 0) this.#refuse("nul-character", start);
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    if (unit > 0xdbff || !this.#text.startsWith("\\u", this.#at)) this.#refuse("lone-surrogate", start);
    const low = this.#codeUnit();
    if (low < 0xdc00 || low > 0xdfff) this.#refuse("lone-surrogate", start);
    return String.fromCharCode(unit, low);
  }

  /** The UTF-16 code unit of the escape that begins here. */
  #codeUnit(): number {
    const digits = this.#text.slice(this.#at + 2, this.#at + 6);
    if (!fourHexadecimals.test(digits)) {
      if (this.#at + 2 + digits.length === this.#text.length && /^[0-9a-fA-F]*$/.test(digits))
        this.#refuse("unexpected-end", this.#text.length);
      this.#refuse("bad-escape");
    }
    this.#at += 6;
    return Number.parseInt(digits, 16);
  }

  #integer(): number {
    const start = this.#at;
    const negative = this.#text.charCodeAt(start) === minus;
    if (negative) this.#at += 1;
    const firstDigit = this.#at;
    let magnitude = 0;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (!(code >= digitZero && code <= digitNine)) break;
      // Above 2^53 this is inexact, but never again below it.
      magnitude = magnitude * 10 + (code - digitZero);
      this.#at += 1;
    }
    if (this.#at === firstDigit) this.#refuseCharacter();
    const following = this.#text[this.#at];
    if (following === "." || following === "e" || following === "E") this.#refuse("not-an-integer");
    if (this.#text.charCodeAt(firstDigit) === digitZero && this.#at > firstDigit + 1) this.#refuse("leading-zero", start);
    if (magnitude > Number.MAX_SAFE_INTEGER) this.#refuse("integer-out-of-range", start);
    return negative && magnitude !== 0 ? -magnitude : magnitude;
  }

  #literal<Value extends true | false | null>(word: string, value: Value): Value {
    for (const letter of word) this.#expect(letter);
    return value;
  }

  #expect(character: string): void {
    if (this.#text[this.#at] !== character) this.#refuseCharacter();
    this.#at += 1;
  }

  #skipWhiteSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  #refuseCharacter(): never {
    this.#refuse(this.#at >= this.#text.length ? "unexpected-end" : "unexpected-character");
  }

  #refuse(reason: JsonReason, at = this.#at): never {
    throw new Unreadable(this.#pointer(), reason, at);
  }

  /** Names in a body can be as long as the body: beyond the limit the nearest ancestor that can be named is pointed to. */
  #pointer(): string {
    let pointer = "";
    for (const step of this.#path) {
      const longer = `${pointer}/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`;
      if (longer.length > maximumPointerLength) break;
      pointer = longer;
    }
    return pointer;
  }
}
