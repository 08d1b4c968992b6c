/** An element of an XML document: a text or elements; null ones are left out. Names and attribute names are our own, never outside text. */
export type XmlElement = {
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  readonly content: string | readonly (XmlElement | null)[];
};

/** An element with its text or its elements, which is written even when there is nothing in it. */
export function element(name: string, content: XmlElement["content"], attributes: XmlElement["attributes"] = {}): XmlElement {
  return { name, attributes, content };
}

/** An element with a text, null for none or one of white space alone: EN 16931 in UBL knows no empty elements. */
export function textElement(name: string, text: string | null, attributes: XmlElement["attributes"] = {}): XmlElement | null {
  return text === null || isBlank(text) ? null : element(name, text, attributes);
}

/** Whether XML would see nothing but white space. */
export function isBlank(text: string): boolean {
  return /^[\t\n\r ]*$/.test(text);
}

/**
 * The document of a root element, in UTF-8 once it is encoded. A character that XML 1.0 cannot hold, not even as a reference (most control
 * characters, halves of surrogate pairs, U+FFFE, U+FFFF), stands as U+FFFD: a name that somebody typed is no reason to have no invoice.
 */
export function xmlText(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${elementText(root, "")}\n`;
}

function elementText({ name, attributes, content }: XmlElement, indent: string): string {
  const begin = Object.entries(attributes).reduce((sofar, [key, text]) => `${sofar} ${key}="${escaped(text)}"`, `${indent}<${name}`);
  if (typeof content === "string") return `${begin}>${escaped(content)}</${name}>`;
  const children = content.filter((child) => child !== null).map((child) => elementText(child, `${indent}  `));
  return `${begin}>\n${children.join("\n")}\n${indent}</${name}>`;
}

const notXml = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Line ends and tabs as references: a reader would make spaces and other line ends of them. */
const references: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["\t", "&#9;"],
  ["\n", "&#10;"],
  ["\r", "&#13;"],
]);

function escaped(text: string): string {
  return text.replace(notXml, "\uFFFD").replace(/[&<>"\t\n\r]/g, (character) => references.get(character) ?? character);
}
