import { type XmlReason, XmlUnreadable } from "./xml-refusal.ts";

/** `attributes` are those without a prefix. `text` is what a leaf holds, and empty for an element of elements. `line` counts from 1. */
export type XmlElement = {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
  readonly line: number;
};

const maximumDepth = 32;
const maximumAttributes = 16;
const xmlNamespace = "http://www.w3.org/XML/1998/namespace";
const xmlnsNamespace = "http://www.w3.org/2000/xmlns/";
const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", apos: "'", quot: '"' };

const namespaceName = /^(?:urn:[\w.:-]+|https?:\/\/[\w./#-]+)?$/;
const whiteSpace = /[ \t\r\n]*/y;
const qualifiedName = /(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)/y;
// An ampersand that begins none of them is found too, as a reference without a name.
const reference = /&(?:#(\d{1,7});|#x([0-9A-Fa-f]{1,6});|([a-z]{2,4});)?/g;
const declaration =
  /<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"utf-8"|'utf-8'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>/iy;
const forbidden = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

type Scope = ReadonlyMap<string, string>;
type Open = {
  readonly qualified: string;
  readonly namespace: string;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly scope: Scope;
  readonly children: XmlElement[];
  readonly line: number;
  text: string;
};

/** Asked for each element when it ends, with those that are open around it, the root first: true takes it out of the tree. */
export type Release = (element: XmlElement, around: readonly Pick<XmlElement, "namespace" | "name">[]) => boolean;

/**
 * Reads the part of XML 1.0 with namespaces that messages between banks are written in: elements, attributes, text, CDATA, comments, the
 * five entities. It knows no document type, so there is nothing to expand or to fetch. One pass, linear in the length of the text.
 * `release` lets a long list be taken in piece by piece, so that it is never held as a whole.
 *
 * @throws XmlUnreadable
 */
export function readXml(text: string, release: Release = () => false): XmlElement {
  return new Reader(text, release).document();
}

class Reader {
  readonly #text: string;
  readonly #release: Release;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #lineEnd: number;
  readonly #open: Open[] = [];

  constructor(text: string, release: Release) {
    this.#text = text;
    this.#release = release;
    this.#lineEnd = this.#endOfLine(0);
  }

  document(): XmlElement {
    const bad = forbidden.exec(this.#text);
    if (bad !== null) this.#refuse("forbidden_character", bad.index);
    if (this.#text.startsWith("<?xml") && this.#match(declaration) === null) this.#refuse("declaration_unknown");
    this.#miscellaneous();
    if (this.#text[this.#at] !== "<") this.#refuseHere();
    let root = this.#startTag();
    while (root === undefined) root = this.#content();
    this.#miscellaneous();
    if (this.#at < this.#text.length) this.#refuseHere();
    return root;
  }

  /** White space and comments around the root. */
  #miscellaneous(): void {
    for (;;) {
      this.#match(whiteSpace);
      if (!this.#text.startsWith("<!", this.#at) && !this.#text.startsWith("<?", this.#at)) return;
      if (!this.#text.startsWith("<!--", this.#at)) this.#refuseMarkup();
      this.#comment();
    }
  }

  /** One piece of what the open element holds. @returns the root when it ended */
  #content(): XmlElement | undefined {
    const text = this.#text;
    const next = text.indexOf("<", this.#at);
    if (next === -1) this.#refuse("unexpected_end", text.length);
    if (next > this.#at) this.#append(this.#decoded(next, true));
    this.#at = next;
    switch (text[next + 1]) {
      case "/":
        return this.#endTag();
      case "!":
        if (text.startsWith("<!--", next)) this.#comment();
        else if (text.startsWith("<![CDATA[", next)) this.#characterData();
        else this.#refuseMarkup();
        return undefined;
      case "?":
        return this.#refuseMarkup();
      default:
        return this.#startTag();
    }
  }

  #startTag(): XmlElement | undefined {
    const start = this.#at;
    if (this.#open.length === maximumDepth) this.#refuse("too_deep");
    this.#at += 1;
    const [prefix, local] = this.#name();
    const raw = this.#rawAttributes();
    const scope = this.#scope(raw);
    const open: Open = {
      qualified: prefix === undefined ? local : `${prefix}:${local}`,
      namespace: this.#resolve(prefix ?? "", scope, start),
      name: local,
      attributes: this.#attributes(raw, scope),
      scope,
      children: [],
      line: this.#lineAt(start),
      text: "",
    };
    this.#open.push(open);
    if (this.#text.startsWith("/>", this.#at)) {
      this.#at += 2;
      return this.#close();
    }
    if (this.#text[this.#at] !== ">") this.#refuseHere();
    this.#at += 1;
    return undefined;
  }

  #endTag(): XmlElement | undefined {
    const start = this.#at;
    this.#at += 2;
    const [prefix, local] = this.#name();
    if ((prefix === undefined ? local : `${prefix}:${local}`) !== this.#open.at(-1)?.qualified) this.#refuse("tag_mismatched", start);
    this.#match(whiteSpace);
    if (this.#text[this.#at] !== ">") this.#refuseHere();
    this.#at += 1;
    return this.#close();
  }

  #close(): XmlElement | undefined {
    const ended = this.#open.pop();
    if (ended === undefined) return this.#refuseHere();
    const { namespace, name, attributes, children, line } = ended;
    // White space between elements is layout.
    const text = children.length > 0 ? "" : ended.text;
    if (children.length > 0 && /[^ \t\r\n]/.test(ended.text)) throw new XmlUnreadable("mixed_content", line);
    const element = { namespace, name, attributes, children, text, line };
    const parent = this.#open.at(-1);
    if (parent === undefined) return element;
    if (!this.#release(element, this.#open)) parent.children.push(element);
    return undefined;
  }

  #append(text: string): void {
    const open = this.#open.at(-1);
    if (open !== undefined) open.text += text;
  }

  #characterData(): void {
    const from = this.#at + "<![CDATA[".length;
    const end = this.#text.indexOf("]]>", from);
    if (end === -1) this.#refuse("unexpected_end", this.#text.length);
    this.#append(this.#text.slice(from, end).replaceAll(/\r\n?/g, "\n"));
    this.#at = end + 3;
  }

  #comment(): void {
    const end = this.#text.indexOf("--", this.#at + 4);
    if (end === -1) this.#refuse("unexpected_end", this.#text.length);
    if (this.#text[end + 2] !== ">") this.#refuse("unexpected_character", end);
    this.#at = end + 3;
  }

  #name(): readonly [prefix: string | undefined, local: string] {
    const found = this.#match(qualifiedName);
    const local = found?.[2];
    if (found === null || local === undefined) return this.#refuse(this.#at >= this.#text.length ? "unexpected_end" : "name_unknown");
    return [found[1], local];
  }

  #rawAttributes(): { prefix: string | undefined; local: string; value: string; at: number }[] {
    const raw: { prefix: string | undefined; local: string; value: string; at: number }[] = [];
    for (;;) {
      const spaced = (this.#match(whiteSpace)?.[0] ?? "") !== "";
      const next = this.#text[this.#at];
      if (next === ">" || next === "/") return raw;
      if (!spaced) this.#refuseHere();
      const at = this.#at;
      if (raw.length === maximumAttributes) this.#refuse("too_many_attributes");
      const [prefix, local] = this.#name();
      this.#match(whiteSpace);
      if (this.#text[this.#at] !== "=") this.#refuseHere();
      this.#at += 1;
      this.#match(whiteSpace);
      raw.push({ prefix, local, value: this.#attributeValue(), at });
    }
  }

  #attributeValue(): string {
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") return this.#refuseHere();
    this.#at += 1;
    const end = this.#text.indexOf(quote, this.#at);
    if (end === -1) this.#refuse("unexpected_end", this.#text.length);
    const value = this.#decoded(end, false);
    this.#at = end + 1;
    return value;
  }

  #scope(raw: readonly { prefix: string | undefined; local: string; value: string; at: number }[]): Scope {
    const outer: Scope = this.#open.at(-1)?.scope ?? new Map([["", ""]]);
    const declared = raw.filter(({ prefix, local }) => prefix === "xmlns" || (prefix === undefined && local === "xmlns"));
    if (declared.length === 0) return outer;
    const scope = new Map(outer);
    for (const { prefix, local, value, at } of declared) {
      const bound = prefix === "xmlns" ? local : "";
      if (bound === "xml" || bound === "xmlns" || value === xmlNamespace || value === xmlnsNamespace)
        this.#refuse("namespace_forbidden", at);
      if ((bound !== "" && value === "") || !namespaceName.test(value)) this.#refuse("namespace_forbidden", at);
      scope.set(bound, value);
    }
    return scope;
  }

  #attributes(
    raw: readonly { prefix: string | undefined; local: string; value: string; at: number }[],
    scope: Scope,
  ): ReadonlyMap<string, string> {
    const plain = new Map<string, string>();
    const seen = new Set<string>();
    for (const { prefix, local, value, at } of raw) {
      const namespace = prefix === undefined ? "" : prefix === "xmlns" ? xmlnsNamespace : this.#resolve(prefix, scope, at);
      const expanded = `${namespace} ${local}`;
      if (seen.has(expanded)) this.#refuse("attribute_repeated", at);
      seen.add(expanded);
      if (prefix === undefined && local !== "xmlns") plain.set(local, value);
    }
    return plain;
  }

  #resolve(prefix: string, scope: Scope, at: number): string {
    if (prefix === "xml") return xmlNamespace;
    return scope.get(prefix) ?? this.#refuse("prefix_undeclared", at);
  }

  /** Text or an attribute's value up to `end`, its references replaced. Moves on to `end`. */
  #decoded(end: number, isText: boolean): string {
    const raw = this.#text.slice(this.#at, end);
    const bad = isText ? raw.indexOf("]]>") : raw.indexOf("<");
    if (bad !== -1) this.#refuse("unexpected_character", this.#at + bad);
    const start = this.#at;
    this.#at = end;
    const plain = isText ? raw.replaceAll(/\r\n?/g, "\n") : raw.replaceAll(/\r\n|[\r\n\t]/g, " ");
    return plain.includes("&") ? plain.replaceAll(reference, (...found) => this.#referred(found, start)) : plain;
  }

  #referred(found: readonly (string | undefined)[], at: number): string {
    const [, decimal, hexadecimal, name = ""] = found;
    if (decimal === undefined && hexadecimal === undefined) {
      return Object.hasOwn(entities, name) ? (entities[name] ?? "") : this.#refuse("entity_unknown", at);
    }
    const point = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number.parseInt(decimal, 10);
    const character = point > 0x10ffff ? "" : String.fromCodePoint(point);
    return character === "" || forbidden.test(character) ? this.#refuse("forbidden_character", at) : character;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }

  #refuseMarkup(): never {
    if (this.#text.startsWith("<?", this.#at)) this.#refuse("processing_instruction_forbidden");
    if (this.#text.startsWith("<!DOCTYPE", this.#at)) this.#refuse("doctype_forbidden");
    return this.#refuse("unexpected_character");
  }

  #refuseHere(): never {
    return this.#refuse(this.#at >= this.#text.length ? "unexpected_end" : "unexpected_character");
  }

  #refuse(reason: XmlReason, at = this.#at): never {
    const line = at < this.#lineStart ? this.#text.slice(0, at).split("\n").length : this.#lineAt(at);
    throw new XmlUnreadable(reason, line);
  }

  /** The line of a place that is not before those asked for earlier: all of them together are counted in one pass. */
  #lineAt(at: number): number {
    while (this.#lineEnd < at) {
      this.#line += 1;
      this.#lineStart = this.#lineEnd + 1;
      this.#lineEnd = this.#endOfLine(this.#lineStart);
    }
    return this.#line;
  }

  #endOfLine(from: number): number {
    const end = this.#text.indexOf("\n", from);
    return end === -1 ? this.#text.length : end;
  }
}
