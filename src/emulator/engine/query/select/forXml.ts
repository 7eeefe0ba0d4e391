/** FOR XML RAW, AUTO and PATH. */
import type { ForClause } from "../../../tsql/ast";
import { SqlError } from "../../errors";
import type { Row, Value } from "../../values";
import type { OutputColumn } from "../compiledQuery";
import type { QueryContext } from "../queryEnvironment";
import { plainText, tableLevels } from "./forValues";

export function xmlOf(
  clause: ForClause,
  columns: readonly OutputColumn[],
): (rows: readonly Row[], context: QueryContext) => string {
  const write =
    clause.mode === "path"
      ? pathWriter(clause, columns)
      : clause.mode === "raw"
        ? rawWriter(clause, columns)
        : autoWriter(clause, columns);
  return (rows, context) => {
    const body = write(rows, context);
    if (clause.root === undefined) return body;
    const root = clause.root === true ? "root" : xmlName(clause.root);
    return `<${root}>${body}</${root}>`;
  };
}

type Writer = (rows: readonly Row[], context: QueryContext) => string;

interface Cell {
  name: string;
  text: string | null;
}

function cells(
  row: Row,
  ordinals: readonly number[],
  columns: readonly OutputColumn[],
  context: QueryContext,
  attribute: boolean,
): Cell[] {
  return ordinals.map((i) => {
    const column = columns[i] as OutputColumn;
    return { name: xmlName(column.name), text: cellText(row[i] ?? null, column, context, attribute) };
  });
}

function cellText(value: Value, column: OutputColumn, context: QueryContext, attribute: boolean): string | null {
  if (value === null) return null;
  if (column.type.kind === "xml" && !attribute) return value as string;
  const text = plainText(value, column.type, context);
  return attribute ? escapedAttribute(text) : escapedText(text);
}

/** One element a row, columns as its attributes or (ELEMENTS) its children. */
function element(name: string, row: Cell[], inner: string, asElements: boolean): string {
  if (asElements) {
    const children = row.map(({ name: child, text }) => childElement(child, text)).join("");
    return `<${name}>${children}${inner}</${name}>`;
  }
  const attributes = row
    .flatMap(({ name: attribute, text }) => (text === null ? [] : [` ${attribute}="${text}"`]))
    .join("");
  return inner === "" ? `<${name}${attributes}/>` : `<${name}${attributes}>${inner}</${name}>`;
}

/** NULL is left out. */
function childElement(name: string, text: string | null): string {
  return text === null ? "" : `<${name}>${text}</${name}>`;
}

function requireNames(columns: readonly OutputColumn[], mode: string): void {
  const unnamed = columns.findIndex((column) => column.name === "");
  if (unnamed >= 0) {
    throw new SqlError(
      6809,
      `Unnamed tables cannot be used as XML identifiers as well as unnamed columns cannot be used for attribute names. Name unnamed columns/tables using AS in the SELECT statement.`,
      mode === "raw" ? 1 : 2,
      16,
    );
  }
}

function rawWriter(clause: ForClause, columns: readonly OutputColumn[]): Writer {
  requireNames(columns, "raw");
  const name = clause.element === undefined ? "row" : xmlName(clause.element);
  const asElements = clause.elements === true;
  const all = columns.map((_, i) => i);
  return (rows, context) =>
    rows
      .map((row) => {
        const own = cells(row, all, columns, context, !asElements);
        if (name !== "") return element(name, own, "", asElements);
        return own.map(({ name: child, text }) => childElement(child, text)).join("");
      })
      .join("");
}

/** The tables nest in the order of their first columns; rows that repeat an outer element share it. */
function autoWriter(clause: ForClause, columns: readonly OutputColumn[]): Writer {
  requireNames(columns, "auto");
  const levels = tableLevels(columns);
  const asElements = clause.elements === true;
  const write = (rows: readonly Row[], depth: number, context: QueryContext): string => {
    const level = levels[depth];
    if (!level) return "";
    let text = "";
    const key = (row: Row) => JSON.stringify(cells(row, level.ordinals, columns, context, !asElements));
    for (let start = 0; start < rows.length; ) {
      const first = rows[start] as Row;
      let end = start + 1;
      const nested = depth + 1 < levels.length;
      while (nested && end < rows.length && key(rows[end] as Row) === key(first)) end++;
      const inner = nested ? write(rows.slice(start, end), depth + 1, context) : "";
      text += element(
        xmlName(level.table),
        cells(first, level.ordinals, columns, context, !asElements),
        inner,
        asElements,
      );
      start = end;
    }
    return text;
  };
  return (rows, context) => write(rows, 0, context);
}

/** Columns placed by the paths that are their names: attributes, nested elements, text. */
function pathWriter(clause: ForClause, columns: readonly OutputColumn[]): Writer {
  const name = clause.element ?? "row";
  const wrapper = name === "" ? "" : xmlName(name);
  const paths = columns.map((column) => (column.name === "" ? ["*"] : column.name.split("/")));
  if (wrapper === "" && paths.some((path) => path[0]?.startsWith("@"))) {
    throw new SqlError(
      6864,
      "Row tag omission (empty row tag name) cannot be used with attribute-centric FOR XML serialization.",
      1,
      16,
    );
  }
  return (rows, context) =>
    rows
      .map((row) => {
        const writer = new PathElementWriter(wrapper);
        columns.forEach((column, i) => {
          const path = paths[i] as string[];
          const last = path.at(-1) as string;
          writer.add(path.slice(0, -1), last, cellText(row[i] ?? null, column, context, last.startsWith("@")));
        });
        return writer.finish();
      })
      .join("");
}

class PathElementWriter {
  private attributes = "";
  private body = "";
  private open: { name: string; attributes: string; body: string }[] = [];
  private lastWasData = false;

  constructor(private readonly wrapper: string) {}

  add(parents: readonly string[], leaf: string, text: string | null): void {
    if (text === null) return;
    this.enter(parents);
    const wasData = this.lastWasData;
    this.lastWasData = false;
    if (leaf.startsWith("@")) {
      const attribute = ` ${xmlName(leaf.slice(1))}="${text}"`;
      const top = this.open.at(-1);
      if (top) top.attributes += attribute;
      else this.attributes += attribute;
      return;
    }
    switch (leaf.toLowerCase()) {
      case "*":
      case "text()":
      case "node()":
        this.append(text);
        return;
      case "data()":
        this.append(wasData ? ` ${text}` : text);
        this.lastWasData = true;
        return;
      case "comment()":
        this.append(`<!--${text}-->`);
        return;
      default:
        this.append(childElement(xmlName(leaf), text));
    }
  }

  finish(): string {
    this.enter([]);
    if (this.wrapper === "") return this.body;
    const start = `<${this.wrapper}${this.attributes}`;
    return this.body === "" ? `${start}/>` : `${start}>${this.body}</${this.wrapper}>`;
  }

  private append(text: string): void {
    const top = this.open.at(-1);
    if (top) top.body += text;
    else this.body += text;
  }

  /** Closes and opens elements until exactly `parents` are open. */
  private enter(parents: readonly string[]): void {
    let common = 0;
    while (common < parents.length && this.open[common]?.name === parents[common]) common++;
    while (this.open.length > common) {
      const { name, attributes, body } = this.open.pop() as { name: string; attributes: string; body: string };
      const tag = xmlName(name);
      this.append(body === "" ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${body}</${tag}>`);
    }
    for (const name of parents.slice(common)) this.open.push({ name, attributes: "", body: "" });
  }
}

/** Characters that XML names cannot hold become _xHHHH_. */
function xmlName(name: string): string {
  return name.replace(
    /[^\p{L}\p{N}_.\-:]|^[^\p{L}_]/gu,
    (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`,
  );
}

function escapedText(text: string): string {
  return text.replace(
    /[&<>\r]/g,
    (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#x0D;" })[character] as string,
  );
}

function escapedAttribute(text: string): string {
  return escapedText(text).replace(
    /["\n\t]/g,
    (character) => ({ '"': "&quot;", "\n": "&#x0A;", "\t": "&#x09;" })[character] as string,
  );
}
