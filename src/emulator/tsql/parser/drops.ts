import type { ObjectName, Statement } from "../ast";
import { parseDropIndex } from "./indexes";
import { parseObjectName } from "./names";
import type { Parser } from "./parser";
import { definitionName, failUnknownObject } from "./refusedObjects";
import { parseUnsupported } from "./unsupported";

type DropObject = Extract<Statement, { kind: "drop" }>["object"];

const OBJECTS: readonly (readonly [words: string[], object: DropObject])[] = [
  [["TABLE"], "table"],
  [["VIEW"], "view"],
  [["PROCEDURE"], "procedure"],
  [["PROC"], "procedure"],
  [["FUNCTION"], "function"],
  [["TRIGGER"], "trigger"],
  [["TYPE"], "type"],
  [["SCHEMA"], "schema"],
  [["SEQUENCE"], "sequence"],
  [["SYNONYM"], "synonym"],
  [["LOGIN"], "login"],
  [["USER"], "user"],
  [["ROLE"], "role"],
  [["SERVER", "ROLE"], "serverRole"],
  [["CREDENTIAL"], "credential"],
  [["CERTIFICATE"], "certificate"],
  [["MASTER", "KEY"], "masterKey"],
  [["STATISTICS"], "statistics"],
];

export function parseDrop(parser: Parser): Statement {
  const start = parser.expect("DROP");
  if (parser.take("INDEX")) return parseDropIndex(parser, start);
  const object = takeObject(parser);
  if (object === undefined) {
    const what = definitionName(parser);
    if (what === undefined) return failUnknownObject(parser);
    return parseUnsupported(parser, start, `DROP ${what}`);
  }
  const ifExists = parser.takeWords("IF", "EXISTS");
  const names: ObjectName[] = object === "masterKey" ? [] : parser.list(parseObjectName);
  if (object === "trigger" && parser.take("ON")) {
    if (!parser.takeWords("ALL", "SERVER")) parser.expect("DATABASE");
    return { kind: "drop", object: "ddlTrigger", ifExists, names, span: parser.span(start) };
  }
  return { kind: "drop", object, ifExists, names, span: parser.span(start) };
}

function takeObject(parser: Parser): DropObject | undefined {
  for (const [words, object] of OBJECTS) if (parser.takeWords(...words)) return object;
  const isOther = ["AUDIT", "ENCRYPTION", "SCOPED"].includes(parser.peek().text);
  return !isOther && parser.take("DATABASE") ? "database" : undefined;
}
