export { type RequestOptions, TdsClient } from "./client";
export { type ConnectOptions, connectTds } from "./connect";
export { TdsConnectionError } from "./errors";
export { firstError, type TdsResponse, type TdsResult, toSqlError } from "./response";
export type { OutputParameter } from "./tokenReader";
