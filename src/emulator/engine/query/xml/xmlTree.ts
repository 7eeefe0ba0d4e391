/** xml values, which are kept as well-formed text, as trees of nodes. */

export type XmlNode = XmlParent | XmlLeaf;

export interface XmlParent {
  kind: "document" | "element";
  name: string;
  parent: XmlParent | undefined;
  attributes: XmlLeaf[];
  children: XmlNode[];
  /** How it is written. */
  text: string;
}

export interface XmlLeaf {
  kind: "text" | "attribute" | "comment" | "instruction";
  name: string;
  parent: XmlParent | undefined;
  /** How it is written; of an attribute, its value. */
  text: string;
}

const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<\/[^>]*>|<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*\/?>|[^<]+/g;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

const CACHE_LIMIT = 100;
const cache = new Map<string, XmlParent>();

/** The document node of a well-formed text. */
export function parseXml(text: string): XmlParent {
  let document = cache.get(text);
  if (!document) {
    document = parse(text);
    if (cache.size >= CACHE_LIMIT) cache.clear();
    cache.set(text, document);
  }
  return document;
}

function parse(text: string): XmlParent {
  const document: XmlParent = { kind: "document", name: "", parent: undefined, attributes: [], children: [], text };
  let parent = document;
  const starts: number[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    if (token.startsWith("</")) {
      parent.text = text.slice(starts.pop(), match.index + token.length);
      parent = parent.parent ?? document;
    } else if (token.startsWith("<!--")) {
      parent.children.push({ kind: "comment", name: "", parent, text: token });
    } else if (token.startsWith("<?")) {
      parent.children.push({ kind: "instruction", name: "", parent, text: token });
    } else if (token.startsWith("<")) {
      const element = startTag(token, parent);
      parent.children.push(element);
      if (token.endsWith("/>")) continue;
      starts.push(match.index);
      parent = element;
    } else {
      parent.children.push({ kind: "text", name: "", parent, text: token });
    }
  }
  return document;
}

function startTag(token: string, parent: XmlParent): XmlParent {
  const name = /^<([^\s/>]+)/.exec(token)?.[1] ?? "";
  const element: XmlParent = { kind: "element", name, parent, attributes: [], children: [], text: token };
  for (const [, attribute = "", double, single] of token.slice(name.length + 1).matchAll(ATTRIBUTE)) {
    element.attributes.push({
      kind: "attribute",
      name: attribute,
      parent: element,
      text: unescaped(double ?? single ?? ""),
    });
  }
  return element;
}

/** The text of a node and of all below it. */
export function stringValue(node: XmlNode): string {
  switch (node.kind) {
    case "text":
      return unescaped(node.text);
    case "attribute":
      return node.text;
    case "comment":
      return node.text.slice(4, -3);
    case "instruction":
      return node.text.slice(2, -2);
    default:
      return node.children
        .filter(({ kind }) => kind === "text" || kind === "element")
        .map(stringValue)
        .join("");
  }
}

export function isParent(node: XmlNode): node is XmlParent {
  return node.kind === "document" || node.kind === "element";
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

function unescaped(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      return ENTITIES.get(name ?? "") ?? whole;
    },
  );
}
