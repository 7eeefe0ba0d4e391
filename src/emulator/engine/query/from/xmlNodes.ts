/** `x.nodes('path') AS t(c)`: a row for each node that the path finds. */
import type { TableSource } from "../../../tsql/ast";
import { NotEmulatedError } from "../../errors";
import type { Scope } from "../../expressions/scope";
import { type CompiledQuery, newFrame } from "../compiledQuery";
import { OuterScope, type StatementEnvironment } from "../queryScope";
import { NODE_TYPE } from "../xml/nodeType";
import { compileXmlPath, written } from "../xml/xmlMethods";
import { tracking } from "./references";

export function compileXmlNodes(
  source: Extract<TableSource, { kind: "methodTable" }>,
  parent: Scope | null,
  environment: StatementEnvironment,
): CompiledQuery {
  if (source.method.toLowerCase() !== "nodes") throw new NotEmulatedError(`the xml method ${source.method}() in FROM`);
  const outer = parent === null || parent instanceof OuterScope ? parent : new OuterScope(parent);
  const scope: Scope = { sources: [], parent: outer, environment };
  const { result: path, correlated } = tracking(outer, () => compileXmlPath(source, scope));
  return {
    columns: [{ name: "", type: NODE_TYPE, nullable: false }],
    correlated,
    locators: [],
    *rows(parentFrame, context) {
      for (const item of path.evaluate(newFrame(0, parentFrame, context)) ?? []) yield [written(item)];
    },
  };
}
