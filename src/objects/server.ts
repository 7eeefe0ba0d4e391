/** The door, for those who may not reach past the objects. */

export {
  type ConnectionConfig,
  displayName,
  type ExecuteOptions,
  isOutcomeUnknown,
  isSqlServerError,
  isUnreachable,
  MissingSecretError,
  openServer,
  type SqlServer,
  type SqlSession,
  type Statement,
  splitBatches,
} from "../sqlserver";
export { resolveSecret, type SecretSource, type SecretStores } from "../sqlserver/connection";
export { connectionSchema, secretSourceSchema } from "../sqlserver/connectionSchema";
