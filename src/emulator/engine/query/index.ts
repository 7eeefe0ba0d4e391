/** The query compiler: SELECT and data modification over the syntax tree. */
export { compileSelect } from "./select/statement";
export { compileSubquery } from "./select/queryExpression";
export { compileInsert } from "./modify/insert";
export { compileUpdate } from "./modify/update";
export { compileDelete } from "./modify/delete";
export { compileMerge } from "./modify/merge";
export { keyText } from "./modify/modificationErrors";
export { verifyCheck, verifyForeignKey } from "./modify/verifyConstraints";
export type * from "./queryEnvironment";
export { registerIndexFilters } from "./modify/indexFilter";
