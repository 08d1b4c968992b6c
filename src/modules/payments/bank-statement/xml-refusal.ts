/** Why a text was refused as XML, in one sentence each. */
export const xmlReasons = {
  unexpected_end: "The document ends too early.",
  unexpected_character: "This character cannot stand here.",
  forbidden_character: "XML 1.0 does not allow this character.",
  doctype_forbidden: "A document type declaration is not accepted.",
  processing_instruction_forbidden: "A processing instruction is not accepted.",
  declaration_unknown: "The XML declaration has to say version 1.0 and, if any, the encoding UTF-8.",
  name_unknown: "Names consist of ASCII letters, digits, underscore, hyphen and dot, with one prefix at most.",
  prefix_undeclared: "The prefix is not bound to a namespace.",
  namespace_forbidden: "A namespace is a URN or the address of a page, and xml and xmlns are not bound anew.",
  attribute_repeated: "The element has this attribute twice.",
  too_many_attributes: "The element has more than 16 attributes.",
  entity_unknown: "Only the five entities of XML and character references are known.",
  tag_mismatched: "The end tag does not close the element that is open.",
  mixed_content: "An element holds text or elements, not both.",
  too_deep: "Elements are nested more than 32 deep.",
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
