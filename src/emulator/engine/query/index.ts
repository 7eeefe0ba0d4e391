/** The query compiler: SELECT and data modification over the syntax tree. */

export { completeRows } from "./modify/completeRows";
export { compileDelete } from "./modify/delete";
export { registerIndexFilters } from "./modify/indexFilter";
export { compileInsert } from "./modify/insert";
export { compileMerge } from "./modify/merge";
export { keyText } from "./modify/modificationErrors";
export { compileUpdate } from "./modify/update";
export { verifyCheck, verifyForeignKey } from "./modify/verifyConstraints";
export type * from "./queryEnvironment";
export { compileSubquery } from "./select/queryExpression";
export { compileSelect } from "./select/statement";
export { compileXmlMethod } from "./xml/xmlMethods";
