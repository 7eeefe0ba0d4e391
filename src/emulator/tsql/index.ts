export * from "./ast";
export { TsqlSyntaxError as SyntaxError } from "./errors";
export {
  type ParseOptions,
  parseBatch,
  parseConditionText,
  parseExpressionText,
  parseModule,
  parseParameterList,
  parseTypeName,
} from "./parser/batch";
