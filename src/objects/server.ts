/** The door, for those who may not reach past the objects. */

export {
  type ConnectionConfig,
  displayName,
  isOutcomeUnknown,
  isSqlServerError,
  MissingSecretError,
  openServer,
  type SqlServer,
  type SqlSession,
  splitBatches,
} from "../sqlserver";
export { resolveSecret, type SecretSource, type SecretStores } from "../sqlserver/connection";
export { connectionSchema, secretSourceSchema } from "../sqlserver/connectionSchema";
