/** xml: fragments that are well formed, kept as text in the form that SQL Server gives back. */
import { SqlError } from "../../errors";

const failed = (number: number, at: Position, what: string) =>
  new SqlError(number, `XML parsing: line ${at.line}, character ${at.character}, ${what}`, 1, 16);

interface Position {
  line: number;
  character: number;
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, character: (before.at(-1) as string).length + 1 };
}

const NAME = "[\\p{L}_:][\\p{L}\\p{N}_:.\\-]*";
const ATTRIBUTES = new RegExp(`(?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*\\s*`, "uy");
const TOKEN = new RegExp(
  `<!--[\\s\\S]*?-->|<!\\[CDATA\\[[\\s\\S]*?\\]\\]>|<\\?[\\s\\S]*?\\?>|</(${NAME})\\s*>|<(${NAME})|[^<]+`,
  "uy",
);

interface Open {
  name: string;
  /** Length of the output after the start tag: nothing since means an empty element. */
  length: number;
}

/** Errors 9400, 9410, 9436, 9455 … where the text is not well formed. */
export function normalizeXml(text: string): string {
  let output = "";
  const open: Open[] = [];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) throw unreadable(text, at);
    const [token, endName, startName] = match;
    at = TOKEN.lastIndex;
    if (startName !== undefined) {
      ATTRIBUTES.lastIndex = at;
      const attributes = (ATTRIBUTES.exec(text) as RegExpExecArray)[0];
      at += attributes.length;
      const empty = text.startsWith("/>", at);
      if (!empty && text.charAt(at) !== ">") throw unreadable(text, at);
      at += empty ? 2 : 1;
      const tag = `<${startName}${attributes.trim() === "" ? "" : ` ${attributes.trim()}`}`;
      output += empty ? `${tag}/>` : `${tag}>`;
      if (!empty) open.push({ name: startName, length: output.length });
    } else if (endName !== undefined) {
      const element = open.pop();
      if (element?.name !== endName) throw failed(9436, positionOf(text, at), "end tag does not match start tag");
      output = element.length === output.length ? `${output.slice(0, -1)}/>` : `${output}</${endName}>`;
    } else {
      output += keptText(token, text, at);
    }
  }
  if (open.length > 0) throw failed(9400, positionOf(text, text.length), "unexpected end of input");
  return output;
}

/** The XML declaration goes, and text of nothing but blanks between elements. */
function keptText(token: string, text: string, end: number): string {
  if (/^<\?xml\s/.test(token)) return "";
  if (token.startsWith("<![CDATA["))
    return token.slice(9, -3).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  if (token.startsWith("<")) return token;
  const ampersand = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)/.exec(token);
  if (ampersand) throw failed(9421, positionOf(text, end - token.length + ampersand.index), "illegal name character");
  return token.trim() === "" && text.includes("<") ? "" : token.replace(/>/g, "&gt;");
}

function unreadable(text: string, at: number): SqlError {
  const rest = text.slice(at);
  if (rest.trim() === "" || /^<[^>]*$/.test(rest))
    return failed(9400, positionOf(text, text.length), "unexpected end of input");
  return failed(9455, positionOf(text, at + 1), "illegal qualified name character");
}
