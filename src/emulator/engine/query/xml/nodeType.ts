import type { SqlType } from "../../values";

/** The type of the columns of nodes(): text of one node, which paths start at. */
export const NODE_TYPE: SqlType = { kind: "xml", alias: "node of nodes()" };
