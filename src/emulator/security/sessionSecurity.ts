/** The security of one session: its users, impersonation, and the checks of the interpreter. */
import { SqlError } from "../engine/errors";
import type { ObjectPermission, PermissionCheck, Securable } from "../engine/query/queryEnvironment";
import type { Activation } from "../engine/session/activation";
import { ownerOf } from "../engine/session/names";
import type { SessionRuntime } from "../engine/session/runtime";
import type { DatabaseUser, SessionSecurity } from "../engine/session/security";
import type { Database } from "../storage/database";
import type { ObjectRecord, PrincipalRecord, SchemaRecord } from "../storage/records";
import type { CreateModule } from "../tsql/ast";
import { isInServerRole } from "./memberships";
import {
  CLASS,
  hasDatabasePermission,
  hasLoginPermission,
  hasObjectPermission,
  hasPrincipalPermission,
  hasSchemaPermission,
  hasServerPermission,
  type Subject,
} from "./permissions";
import { findUser, requireUser, sameSid } from "./users";

/** What an impersonation covers up. */
interface Context {
  login: SessionRuntime["login"];
  user: SessionRuntime["user"];
  /** Set while a database user is impersonated: rights end at the database. */
  userOnly: { database: Database; user: DatabaseUser } | undefined;
  database: Database;
}

export class Security implements SessionSecurity {
  private readonly stack: Context[] = [];
  private userOnly: Context["userOnly"];

  constructor(private readonly session: SessionRuntime) {}

  get depth(): number {
    return this.stack.length;
  }

  /** The server principal whose rights count; undefined while only a database user is impersonated. */
  get loginId(): number | undefined {
    return this.userOnly ? undefined : this.session.login.principalId;
  }

  subjectIn(database: Database): Subject {
    return { server: this.session.server, loginId: this.loginId, userId: this.userIn(database).id };
  }

  userIn(database: Database): DatabaseUser {
    const { userOnly, session } = this;
    if (userOnly) {
      if (userOnly.database === database) return userOnly.user;
      const guest = findUser(session.server, { ...session.login, principalId: -1, sid: new Uint8Array() }, database);
      if (guest) return guest;
      throw new SqlError(
        916,
        `The server principal "${session.login.name}" is not able to access the database "${database.name}" under the current security context.`,
        2,
        14,
      );
    }
    return requireUser(session.server, session.login, database, session.id);
  }

  isServerRoleMember(role: string): boolean {
    return this.loginId !== undefined && isInServerRole(this.session.server, this.loginId, role);
  }

  hasServer(permission: string): boolean {
    return this.loginId !== undefined && hasServerPermission(this.session.server, this.loginId, permission);
  }

  isOwner(database: Database): boolean {
    return !this.userOnly && sameSid(database.ownerSid, this.session.login.sid);
  }

  mayAlterDatabase(database: Database): boolean {
    if (this.hasServer("ALTER ANY DATABASE") || this.isOwner(database)) return true;
    const user = this.userOnly
      ? this.userOnly.database === database
        ? this.userOnly.user
        : undefined
      : findUser(this.session.server, this.session.login, database);
    return (
      user !== undefined &&
      hasDatabasePermission({ server: this.session.server, loginId: this.loginId, userId: user.id }, database, "ALTER")
    );
  }

  hasLogin(targetId: number, permission: string): boolean {
    return this.loginId !== undefined && hasLoginPermission(this.session.server, this.loginId, targetId, permission);
  }

  // ---- checks

  requireExecute(activation: Activation, database: Database, record: ObjectRecord): void {
    if (this.isChained(activation.module, database.id, ownerOf(database, record))) return;
    if (hasObjectPermission(this.subjectIn(database), database, record, "EXECUTE")) return;
    throw this.denied("EXECUTE", database, record);
  }

  requireObject(
    activation: Activation,
    permission: ObjectPermission,
    securable: Securable,
    chain?: { databaseId: number; ownerId: number },
  ): PermissionCheck | undefined {
    const { server } = this.session;
    const database = server.databaseById(securable.databaseId);
    const record = database?.metadata.get("object", securable.objectId);
    if (!database || !record || database === server.tempdb) return undefined;
    const owner = ownerOf(database, record);
    if (chain && chain.databaseId === database.id && chain.ownerId === owner) return undefined;
    return () => {
      if (!chain && this.isChained(activation.module, database.id, owner)) return;
      const subject = this.subjectIn(database);
      if (hasObjectPermission(subject, database, record, permission)) return;
      const denied = this.deniedColumn(subject, database, record, permission, securable.columns);
      if (denied === undefined) return;
      throw denied === ""
        ? this.denied(permission, database, record)
        : this.deniedOnColumn(permission, database, record, denied);
    };
  }

  /** Column permissions: undefined when all columns are permitted, "" when none is granted at all. */
  private deniedColumn(
    subject: Subject,
    database: Database,
    record: ObjectRecord,
    permission: string,
    columns: string[] | undefined,
  ): string | undefined {
    const all = record.table?.columns ?? record.module?.columns ?? [];
    const granted = all.filter((c) => hasObjectPermission(subject, database, record, permission, c.id));
    if (granted.length === 0 || !columns) return "";
    return columns.find((name) => !granted.some((c) => c.name.toLowerCase() === name.toLowerCase()));
  }

  private isChained(module: Activation["module"], databaseId: number, ownerId: number): boolean {
    return module !== null && module.databaseId === databaseId && module.ownerId === ownerId;
  }

  private denied(permission: string, database: Database, record: ObjectRecord): SqlError {
    const schema = database.metadata.get("schema", record.schemaId)?.name ?? "dbo";
    return new SqlError(
      229,
      `The ${permission} permission was denied on the object '${record.name}', database '${database.name}', schema '${schema}'.`,
      5,
      14,
    );
  }

  private deniedOnColumn(permission: string, database: Database, record: ObjectRecord, column: string): SqlError {
    const schema = database.metadata.get("schema", record.schemaId)?.name ?? "dbo";
    return new SqlError(
      230,
      `The ${permission} permission was denied on the column '${column}' of the object '${record.name}', database '${database.name}', schema '${schema}'.`,
      1,
      14,
    );
  }

  requireDatabasePermission(_activation: Activation, database: Database, permission: string): void {
    if (hasDatabasePermission(this.subjectIn(database), database, permission)) return;
    throw new SqlError(262, `${permission} permission denied in database '${database.name}'.`, 1, 14);
  }

  requireObjectPermission(_activation: Activation, database: Database, record: ObjectRecord, permission: string): void {
    if (database === this.session.server.tempdb) return;
    if (hasObjectPermission(this.subjectIn(database), database, record, permission)) return;
    throw new SqlError(
      1088,
      `Cannot find the object "${record.name}" because it does not exist or you do not have permissions.`,
      13,
    );
  }

  requireDrop(_activation: Activation, database: Database, record: ObjectRecord, word: string): void {
    const subject = this.subjectIn(database);
    if (
      hasObjectPermission(subject, database, record, "CONTROL") ||
      hasSchemaPermission(subject, database, record.schemaId, "ALTER")
    )
      return;
    throw new SqlError(
      3701,
      `Cannot drop the ${word} '${record.name}', because it does not exist or you do not have permission.`,
      20,
      14,
    );
  }

  requireCreate(_activation: Activation, database: Database, schema: SchemaRecord): void {
    if (hasSchemaPermission(this.subjectIn(database), database, schema.id, "ALTER")) return;
    throw new SqlError(
      2760,
      `The specified schema name "${schema.name}" either does not exist or you do not have permission to use it.`,
    );
  }

  requireSchemaAlter(_activation: Activation, database: Database, schema: SchemaRecord): void {
    if (
      hasSchemaPermission(this.subjectIn(database), database, schema.id, "CONTROL") ||
      hasDatabasePermission(this.subjectIn(database), database, "ALTER ANY SCHEMA")
    )
      return;
    throw new SqlError(
      15151,
      `Cannot drop the schema '${schema.name}', because it does not exist or you do not have permission.`,
    );
  }

  requireServer(permission: string, error: () => SqlError): void {
    if (!this.hasServer(permission)) throw error();
  }

  forgetSecurable(activation: Activation, database: Database, kind: "object" | "schema", id: number): void {
    const transaction = activation.session.requireTransaction();
    for (const records of ["permission", "extendedProperty"] as const) {
      for (const record of database.metadata.all(records)) {
        if (record.class === CLASS[kind] && record.majorId === id)
          transaction.putRecord(database, records, record.id, undefined);
      }
    }
  }

  // ---- impersonation

  enterModule(
    _activation: Activation,
    executeAs: CreateModule["executeAs"],
    record: ObjectRecord,
    database: Database,
  ): () => void {
    const depth = this.stack.length;
    if (executeAs !== undefined && executeAs !== "caller" && record.module?.executeAs !== undefined) {
      const id = record.module.executeAs === "owner" ? ownerOf(database, record) : record.module.executeAs;
      const principal = database.metadata.get("principal", id);
      if (!principal)
        throw new SqlError(
          15517,
          `Cannot execute as the database principal because the principal "${id}" does not exist, this type of principal cannot be impersonated, or you do not have permission.`,
        );
      this.becomeUser(principal, database);
    }
    // EXECUTE AS statements inside end with the module too.
    return () => this.unwindTo(depth);
  }

  impersonate(_activation: Activation, principal: "login" | "user", name: string): () => void {
    const depth = this.stack.length;
    if (principal === "login") this.impersonateLogin(name);
    else this.impersonateUser(name);
    return () => this.unwindTo(depth);
  }

  private impersonateLogin(name: string): void {
    const { server } = this.session;
    const login = server.master.metadata.findOne("login", name);
    if (!login || login.type === "R" || !this.hasLogin(login.id, "IMPERSONATE")) {
      throw new SqlError(
        15406,
        `Cannot execute as the server principal because the principal "${name}" does not exist, this type of principal cannot be impersonated, or you do not have permission.`,
      );
    }
    this.push();
    this.userOnly = undefined;
    this.session.login = { ...this.session.login, name: login.name, sid: login.sid, principalId: login.id };
    try {
      this.session.forgetUsers();
    } catch (error) {
      this.pop();
      throw error;
    }
  }

  private impersonateUser(name: string): void {
    const { database } = this.session;
    const user = database.metadata.findOne("principal", name);
    const allowed =
      user && user.type !== "R" && hasPrincipalPermission(this.subjectIn(database), database, user.id, "IMPERSONATE");
    if (!user || !allowed) {
      throw new SqlError(
        15517,
        `Cannot execute as the database principal because the principal "${name}" does not exist, this type of principal cannot be impersonated, or you do not have permission.`,
      );
    }
    this.becomeUser(user, database);
  }

  private becomeUser(user: PrincipalRecord, database: Database): void {
    this.push();
    const { server } = this.session;
    const login =
      user.sid &&
      [...server.master.metadata.all("login")].find((l) => l.type !== "R" && sameSid(l.sid, user.sid as Uint8Array));
    this.session.login = {
      ...this.session.login,
      name: login?.name ?? user.name,
      sid: user.sid ?? new Uint8Array(),
      principalId: login?.id ?? -1,
    };
    // A trustworthy database's users keep their rights on the server.
    this.userOnly =
      database.options.trustworthy && login
        ? undefined
        : { database, user: { id: user.id, name: user.name, defaultSchema: user.defaultSchema ?? "dbo" } };
    this.session.user = { id: user.id, name: user.name };
    this.session.forgetSchemas();
  }

  revert(_activation: Activation): void {
    const context = this.stack.at(-1);
    if (!context) return;
    if (context.database !== this.session.database) {
      throw new SqlError(
        15199,
        "The current security context cannot be reverted. Please switch to the original database where 'Execute As' was called and try it again.",
      );
    }
    this.pop();
  }

  unwindTo(depth: number): void {
    while (this.stack.length > depth) this.pop();
  }

  private push(): void {
    const { login, user, database } = this.session;
    this.stack.push({ login, user, userOnly: this.userOnly, database });
  }

  private pop(): void {
    const context = this.stack.pop();
    if (!context) return;
    this.session.login = context.login;
    this.session.user = context.user;
    this.userOnly = context.userOnly;
    this.session.forgetSchemas();
  }
}
