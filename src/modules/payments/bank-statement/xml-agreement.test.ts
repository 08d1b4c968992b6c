import fc from "fast-check";
import { ParseOption, XmlDocument, XmlElement as LibxmlElement, XmlParseError } from "libxml2-wasm";
import { expect, it } from "vitest";
import { bytes, camtFile } from "../../../../tests/support/bank-statement.ts";
import { readXml, type XmlElement } from "./xml-reader.ts";
import { XmlUnreadable } from "./xml-refusal.ts";

type Tree = { readonly namespace: string; readonly name: string; readonly text: string; readonly children: readonly Tree[] };

/** As our reader has it; undefined when it refuses. */
function ours(text: string): Tree | undefined {
  const treeOf = ({ namespace, name, text: words, children }: XmlElement): Tree => ({
    namespace,
    name,
    text: words,
    children: children.map(treeOf),
  });
  try {
    return treeOf(readXml(text));
  } catch (error) {
    if (error instanceof XmlUnreadable) return undefined;
    throw error;
  }
}

/** As libxml2 has it; undefined when it refuses. */
function theirs(text: string): Tree | undefined {
  const treeOf = (element: LibxmlElement): Tree => {
    const children: Tree[] = [];
    for (let node = element.firstChild; node !== null; node = node.next) if (node instanceof LibxmlElement) children.push(treeOf(node));
    return { namespace: element.namespaceUri, name: element.name, text: children.length > 0 ? "" : element.content, children };
  };
  try {
    using document = XmlDocument.fromBuffer(bytes(text), { option: ParseOption.XML_PARSE_NONET });
    return treeOf(document.root);
  } catch (error) {
    if (error instanceof XmlParseError) return undefined;
    throw error;
  }
}

const whole = [
  `<?xml version="1.0" encoding="UTF-8"?><!-- a --><p:a xmlns:p="urn:n" xmlns="urn:m" p:x="1" x="&lt;2&#10;"><b c='&amp;"'>1&#50;\r\n]]&gt;</b><!-- d -->`,
  `<e><![CDATA[<f>]]>g<![CDATA[]]></e><h xmlns=""/><p:i xmlns:p="urn:o" > </p:i></p:a>`,
].join("");

it("what our reader reads, libxml2 reads as the same tree, for any damage to a document", () => {
  const camt = new TextDecoder().decode(camtFile("08", "1001.00", [{ amount: "1.00", reference: "A&#38;B" }]));
  const pieces = [
    "<",
    ">",
    "&",
    '"',
    "'",
    "/",
    "/>",
    "</",
    "!",
    "<!--",
    "-->",
    "--",
    "]]>",
    "<![CDATA[",
    "\u0001",
    ";",
    "=",
    " ",
    "?",
    "<?",
    "<?xml ",
    "xmlns",
    "xmlns:q='urn:q'",
  ];
  const more = [
    ":",
    "p:",
    "q:",
    "é",
    "\n",
    "\r",
    "\t",
    "&lt;",
    "&#0;",
    "&#xD7FF;",
    "&#xFFFE;",
    "&nbsp;",
    "<!DOCTYPE a>",
    "<a>",
    "</b>",
    "xml:lang='a'",
    "x='1'",
    "-",
    "1",
    "\u{10000}",
    "\uFFFF",
  ];
  let read = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(whole, camt),
      fc.array(fc.tuple(fc.nat(1_000), fc.nat(6), fc.constantFrom("", ...pieces, ...more)), { maxLength: 3 }),
      (document, damages) => {
        const text = damages.reduce(
          (sofar, [at, length, piece]) => sofar.slice(0, at % sofar.length) + piece + sofar.slice((at % sofar.length) + length),
          document,
        );
        const tree = ours(text);
        if (tree === undefined) return;
        read += 1;
        expect(theirs(text)).toEqual(tree);
      },
    ),
    { numRuns: 2_000 },
  );
  expect(read).toBeGreaterThan(200);
});
