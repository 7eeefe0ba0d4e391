/** Foreign keys whose cascades would reach a table twice: 1785. */
import type { Database } from "../../storage/database";
import type { ObjectRecord } from "../../storage/records";
import { SqlError } from "../errors";
import { preceded } from "./constraintParts";

/** The cascades of one DELETE, or of one UPDATE, have to form a tree: no table twice, no cycle. */
export function requireCascadeTree(database: Database, added: ObjectRecord): void {
  if (added.constraint?.kind !== "foreignKey") return;
  const keys = [...database.metadata.all("object"), added];
  for (const action of ["onDelete", "onUpdate"] as const) {
    if (added.constraint[action] === "noAction") continue;
    const edges = keys.flatMap(({ constraint, parentId }) =>
      constraint?.kind === "foreignKey" && constraint[action] !== "noAction" && parentId !== undefined
        ? [{ from: constraint.referencedTableId, to: parentId }]
        : [],
    );
    const starts = new Set(edges.map((edge) => edge.from));
    if (![...starts].every((start) => reachesOnce(start, edges))) throw severalPaths(database, added);
  }
}

function reachesOnce(start: number, edges: readonly { from: number; to: number }[]): boolean {
  const seen = new Set([start]);
  const pending = [start];
  for (let table = pending.pop(); table !== undefined; table = pending.pop()) {
    for (const edge of edges) {
      if (edge.from !== table) continue;
      if (seen.has(edge.to)) return false;
      seen.add(edge.to);
      pending.push(edge.to);
    }
  }
  return true;
}

function severalPaths(database: Database, added: ObjectRecord): SqlError {
  const table = database.metadata.get("object", added.parentId ?? 0)?.name ?? "";
  return preceded(
    new SqlError(
      1785,
      `Introducing FOREIGN KEY constraint '${added.name}' on table '${table}' may cause cycles or multiple cascade paths. Specify ON DELETE NO ACTION or ON UPDATE NO ACTION, or modify other FOREIGN KEY constraints.`,
      0,
    ),
  );
}
