export * from "./ast";
export { SyntaxError } from "./errors";
export {
  type ParseOptions,
  parseBatch,
  parseConditionText,
  parseExpressionText,
  parseModule,
  parseTypeName,
} from "./parser/batch";
