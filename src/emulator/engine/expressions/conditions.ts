/** The entry point for conditions; compile.ts is the one for expressions. */
export { compileCondition } from "./compile";
