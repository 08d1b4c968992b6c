import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readXml, type XmlElement } from "./xml-reader.ts";
import { XmlUnreadable } from "./xml-refusal.ts";

type Tree = { readonly name: string; readonly text: string; readonly children: readonly Tree[] };

function treeOf({ name, text, children }: XmlElement): Tree {
  return { name, text, children: children.map(treeOf) };
}

function refusalOf(text: string): string {
  try {
    readXml(text);
  } catch (error) {
    if (error instanceof XmlUnreadable) return `${error.reason} ${error.line}`;
    throw error;
  }
  return "read";
}

describe("what is read", () => {
  it("is elements, attributes, text, CDATA, comments, the five entities and character references", () => {
    const root = readXml(
      `\uFEFF<?xml version='1.0' encoding="utf-8" standalone="no" ?>\r\n<!-- one --><a n = "1&#x20;&lt;\n2"><b/><c>x&amp;&#233;<!-- -->y<![CDATA[<&]]]]>\r\nz</c >\n</a>\n<!-- two -->`.slice(
        1,
      ),
    );
    expect(treeOf(root)).toEqual({
      name: "a",
      text: "",
      children: [
        { name: "b", text: "", children: [] },
        { name: "c", text: "x&éy<&]]\nz", children: [] },
      ],
    });
    expect(root.attributes).toEqual(new Map([["n", "1 < 2"]]));
    expect(root.children.map(({ line }) => line)).toEqual([3, 3]);
  });

  it("has the namespace that its prefix is bound to where it stands", () => {
    const root = readXml(`<p:a xmlns:p="urn:one" xmlns="urn:two"><b><p:c xmlns:p="urn:three" p:x="1" x="2"/></b><d xmlns=""/></p:a>`);
    const [b, d] = root.children;
    expect([root, b, b?.children[0], d].map((element) => element?.namespace)).toEqual(["urn:one", "urn:two", "urn:three", ""]);
    expect(b?.children[0]?.attributes).toEqual(new Map([["x", "2"]]));
  });

  it("is what was written, for any tree", () => {
    const text = fc
      .string({ unit: "grapheme" })
      .map((each) => each.replaceAll(/[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, ""));
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.record({ name: fc.constantFrom("a", "Bc", "d-e.f_1"), text, children: fc.constant([]) }),
        fc.record({
          name: fc.constantFrom("a", "Bc"),
          text: fc.constant(""),
          children: fc.array(tie("tree"), { minLength: 1, maxLength: 4 }),
        }),
      ),
    }));
    const escaped = (value: string): string => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&#62;");
    const written = (each: Tree): string => `<${each.name}>${escaped(each.text)}${each.children.map(written).join("\n ")}</${each.name}>`;
    fc.assert(
      fc.property(tree, (each) => {
        expect(treeOf(readXml(written(each)))).toEqual(each);
      }),
    );
  });

  it("is taken out of the tree piece by piece when it is asked for", () => {
    const taken: string[] = [];
    const root = readXml("<a><b><c>1</c><c>2</c><d/></b></a>", (element, around) => {
      if (element.name === "c") taken.push(`${around.map(({ name }) => name).join("/")}/c=${element.text}`);
      return element.name === "c";
    });
    expect(taken).toEqual(["a/b/c=1", "a/b/c=2"]);
    expect(treeOf(root).children[0]?.children.map(({ name }) => name)).toEqual(["d"]);
  });
});

describe("what is refused, with its reason and line", () => {
  it.each([
    ["", "unexpected_end 1"],
    ["\n\n", "unexpected_end 3"],
    ["x", "unexpected_character 1"],
    ["<a>\n<b></a>", "tag_mismatched 2"],
    ["<a>", "unexpected_end 1"],
    ["<a", "unexpected_end 1"],
    ["<a/><b/>", "unexpected_character 1"],
    ["<a/>x", "unexpected_character 1"],
    ["<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "doctype_forbidden 1"],
    ["<a>\n<!DOCTYPE a></a>", "doctype_forbidden 2"],
    ["<!ENTITY b 'c'><a/>", "unexpected_character 1"],
    ["<a>&b;</a>", "entity_unknown 1"],
    ["<a>&lt</a>", "entity_unknown 1"],
    ["<a>& </a>", "entity_unknown 1"],
    ["<a b='&constructor;'/>", "entity_unknown 1"],
    ["<a b='&lt'>;</a>", "entity_unknown 1"],
    ["<a>&#0;</a>", "forbidden_character 1"],
    ["<a>&#x1F;</a>", "forbidden_character 1"],
    ["<a>&#xD800;</a>", "forbidden_character 1"],
    ["<a>&#1114112;</a>", "forbidden_character 1"],
    ["<a>\n\u0000</a>", "forbidden_character 2"],
    ["<a>\uFFFE</a>", "forbidden_character 1"],
    ["<?xml version='1.1'?><a/>", "declaration_unknown 1"],
    ["<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "declaration_unknown 1"],
    ["<?xml version='1.0' encoding='UTF-16'?><a/>", "declaration_unknown 1"],
    ["<?xml-stylesheet href='a'?><a/>", "declaration_unknown 1"],
    ["\n<?pi?><a/>", "processing_instruction_forbidden 2"],
    ["<a><?pi?></a>", "processing_instruction_forbidden 1"],
    ["<a b='1' b='2'/>", "attribute_repeated 1"],
    ["<a xmlns:p='urn:n' xmlns:q='urn:n' p:b='1' q:b='2'/>", "attribute_repeated 1"],
    ["<a b='<'/>", "unexpected_character 1"],
    ["<a b=1/>", "unexpected_character 1"],
    ["<a b/>", "unexpected_character 1"],
    ["<a b='1'c='2'/>", "unexpected_character 1"],
    ["<a / >", "unexpected_character 1"],
    ["<p:a/>", "prefix_undeclared 1"],
    ["<a p:b='1'/>", "prefix_undeclared 1"],
    ["<a xmlns:p=''/>", "namespace_forbidden 1"],
    ["<a xmlns=' urn:n'/>", "namespace_forbidden 1"],
    ["<a xmlns:xml='urn:n'/>", "namespace_forbidden 1"],
    ["<a xmlns='http://www.w3.org/2000/xmlns/'/>", "namespace_forbidden 1"],
    ["<p:q:a xmlns:p='urn:n'/>", "unexpected_character 1"],
    ["<é/>", "name_unknown 1"],
    ["<1/>", "name_unknown 1"],
    ["< a/>", "name_unknown 1"],
    ["<a>]]></a>", "unexpected_character 1"],
    ["<a><!-- -- --></a>", "unexpected_character 1"],
    ["<a><![CDATA[x]]</a>", "unexpected_end 1"],
    ["<![CDATA[x]]><a/>", "unexpected_character 1"],
    ["<a>x<b/></a>", "mixed_content 1"],
    ["<a>".repeat(33), "too_deep 1"],
    [`<a ${Array.from({ length: 17 }, (_, index) => `a${index}=''`).join(" ")}/>`, "too_many_attributes 1"],
  ])("%j: %s", (text, expected) => {
    expect(refusalOf(text)).toBe(expected);
  });

  it("is said of any damage to a document, and nothing else is thrown", () => {
    const whole = `<?xml version="1.0"?><p:a xmlns:p="urn:n"><b c="&amp;">1&#50;</b><!-- d --><e><![CDATA[f]]></e></p:a>`;
    const pieces = fc.constantFrom(
      "<",
      ">",
      "&",
      '"',
      "'",
      "/",
      "!--",
      "]]>",
      "<![CDATA[",
      "\u0000",
      ";",
      "=",
      " ",
      "?",
      "xmlns:",
      "é",
      "\n",
    );
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(8), pieces, (at, length, piece) => {
        expect(refusalOf(whole.slice(0, at) + piece + whole.slice(at + length))).toMatch(/^(read|[a-z_]+ \d+)$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it("ends with a reason, whatever is repeated 400,000 times", () => {
    const times = 400_000;
    const hostile = ["<a>", "<!--", "&#65;", "<a b='", "<![CDATA[", "\n<b></b>", "&", "]]", "<a xmlns:p='urn:n' ", "<a b=''/>"];
    expect(hostile.map((piece) => refusalOf(`<r>${piece.repeat(times)}`).split(" ")[0])).toEqual([
      "too_deep",
      "unexpected_character",
      "unexpected_end",
      "unexpected_character",
      "unexpected_end",
      "unexpected_end",
      "unexpected_end",
      "unexpected_end",
      "name_unknown",
      "unexpected_end",
    ]);
  }, 30_000);
});
