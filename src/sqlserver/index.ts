/** The only door to a SQL Server. */
export { type ScriptBatch, type ScriptLine, scriptBatches, scriptLines, splitBatches } from "./batches";
export {
  type Authentication,
  type ConnectionConfig,
  defaultPort,
  displayName,
  MissingSecretError,
  type ResolvedConnection,
  resolveConnection,
  resolveSecret,
  type SecretSource,
  type SecretStores,
} from "./connection";
export {
  type FailureKind,
  headline,
  isDeadlock,
  isOutcomeUnknown,
  isSqlServerError,
  isTransient,
  isUnreachable,
  type ServerMessage,
  SqlServerError,
} from "./errors";
export {
  compareLsn,
  type DatabaseName,
  databaseName,
  InvalidNameError,
  type Lsn,
  lsn,
  type MarkName,
  markName,
  quoteName,
  quotePath,
  quoteString,
  type ServerName,
  serverName,
} from "./names";
export { type RetryOptions, retry } from "./retry";
export {
  type ExecuteOptions,
  type OpenOptions,
  openServer,
  type Row,
  type SqlServer,
  type SqlSession,
  type StatementResult,
} from "./server";
export {
  bit,
  command,
  int,
  nvarchar,
  observeStatements,
  type Parameter,
  type Parameters,
  type ParameterType,
  type ParameterValue,
  query,
  type Statement,
  summarize,
  sysname,
} from "./statement";
