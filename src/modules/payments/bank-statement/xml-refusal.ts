/** Why a text was refused as XML, in one sentence each. */
export const xmlReasons = {
  "unexpected-end": "The document ends too early.",
  "unexpected-character": "This character cannot stand here.",
  "forbidden-character": "XML 1.0 does not allow this character.",
  "doctype-forbidden": "A document type declaration is not accepted.",
  "processing-instruction-forbidden": "A processing instruction is not accepted.",
  "declaration-unknown": "The XML declaration has to say version 1.0 and, if any, the encoding UTF-8.",
  "name-unknown": "Names consist of ASCII letters, digits, underscore, hyphen and dot, with one prefix at most.",
  "prefix-undeclared": "The prefix is not bound to a namespace.",
  "namespace-forbidden": "A namespace is a URN or the address of a page, and xml and xmlns are not bound anew.",
  "attribute-repeated": "The element has this attribute twice.",
  "too-many-attributes": "The element has more than 16 attributes.",
  "entity-unknown": "Only the five entities of XML and character references are known.",
  "tag-mismatched": "The end tag does not close the element that is open.",
  "mixed-content": "An element holds text or elements, not both.",
  "too-deep": "Elements are nested more than 32 deep.",
} as const;

export type XmlReason = keyof typeof xmlReasons;

/** Why and in which line, counted from 1, reading ended. */
export class XmlUnreadable extends Error {
  readonly reason: XmlReason;
  readonly line: number;

  constructor(reason: XmlReason, line: number) {
    super(`${xmlReasons[reason]} Line ${line}.`);
    this.reason = reason;
    this.line = line;
  }
}
