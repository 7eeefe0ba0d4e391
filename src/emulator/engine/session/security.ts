/** What the interpreter asks of permissions; implemented by ../../security for each session. */
import type { Database } from "../../storage/database";
import type { ObjectRecord, SchemaRecord } from "../../storage/records";
import type { CreateModule } from "../../tsql/ast";
import type { ObjectPermission, PermissionCheck, Securable } from "../query/queryEnvironment";
import type { LoginRequest } from "../wire";
import type { Activation } from "./activation";
import type { SessionRuntime } from "./runtime";

export interface LoginIdentity {
  /** Server principal id. */
  principalId: number;
  name: string;
  sid: Uint8Array;
  defaultDatabase: string;
  defaultLanguage: string;
}

export interface DatabaseUser {
  id: number;
  name: string;
  defaultSchema: string;
}

export interface SessionSecurity {
  /** The user that the login is in a database; throws 916 (or 924, 4060 …) if it may not enter. */
  userIn(database: Database): DatabaseUser;
  /** EXECUTE on a procedure, with ownership chaining from the running module; throws 229. */
  requireExecute(activation: Activation, database: Database, record: ObjectRecord): void;
  /** A check to make at each execution, or undefined where none is needed. `chain`: owner of the view or function the name stands in. */
  requireObject(
    activation: Activation,
    permission: ObjectPermission,
    securable: Securable,
    chain?: { databaseId: number; ownerId: number },
  ): PermissionCheck | undefined;
  /** A permission of the database such as CREATE TABLE; throws 262. */
  requireDatabasePermission(activation: Activation, database: Database, permission: string): void;
  /** ALTER, CONTROL … on an object; throws 1088 or 15151 as if it did not exist. */
  requireObjectPermission(activation: Activation, database: Database, record: ObjectRecord, permission: string): void;
  /** May drop an object: CONTROL on it, ALTER on its schema, ownership; throws 3701 with `word` (table, view …). */
  requireDrop(activation: Activation, database: Database, record: ObjectRecord, word: string): void;
  /** May put a new object into a schema: ALTER on it; throws 2760. */
  requireCreate(activation: Activation, database: Database, schema: SchemaRecord): void;
  /** May change or drop a schema; throws 15151. */
  requireSchemaAlter(activation: Activation, database: Database, schema: SchemaRecord): void;
  /** Permissions on an object or a schema, and its extended properties, go with it. */
  forgetSecurable(activation: Activation, database: Database, kind: "object" | "schema", id: number): void;
  /** Impersonates as a module's EXECUTE AS says; gives what undoes it. */
  enterModule(
    activation: Activation,
    executeAs: CreateModule["executeAs"],
    record: ObjectRecord,
    database: Database,
  ): () => void;
  /** EXECUTE AS LOGIN | USER; throws 15406, 15517. Gives what undoes it. */
  impersonate(activation: Activation, principal: "login" | "user", name: string): () => void;
  /** REVERT */
  revert(activation: Activation): void;
  isServerRoleMember(role: string): boolean;
  /** Permission on the server. */
  hasServer(permission: string): boolean;
  isOwner(database: Database): boolean;
  /** ALTER on the database, also when it cannot be entered now. */
  mayAlterDatabase(database: Database): boolean;
  /** Impersonations above this depth end with their scope. */
  readonly depth: number;
  unwindTo(depth: number): void;
}

export interface SecurityProvider {
  /** Checks name and password; throws 18456, 18470 …  */
  authenticate(server: SessionRuntime["server"], request: LoginRequest): LoginIdentity;
  forSession(session: SessionRuntime): SessionSecurity;
}

let provider: SecurityProvider | undefined;

export function setSecurityProvider(implementation: SecurityProvider): void {
  provider = implementation;
}

export function securityProvider(): SecurityProvider {
  if (!provider) throw new Error("security is not loaded");
  return provider;
}
