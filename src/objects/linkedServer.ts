import {
  command,
  isDeadlock,
  isSqlServerError,
  nvarchar,
  type Parameters,
  query,
  quotePath,
  quoteString,
  type Row,
  retry,
  type SqlSession,
  type Statement,
  sysname,
} from "../sqlserver";

/** Where a linked server leads. SQL Server has nothing to alter it with: whoever changes it makes the server anew. */
export interface LinkedServerTarget {
  /** `SQL Server` for a server that is reached under its own network name; otherwise any text, or none. */
  readonly product: string;
  /** The OLE DB provider; empty for the product `SQL Server`. */
  readonly provider: string;
  readonly dataSource: string;
  readonly location: string;
  readonly providerString: string;
  readonly catalog: string;
}

/** The options that `sp_serveroption` sets. */
export interface LinkedServerOptions {
  /** The remote server may call procedures here. */
  readonly rpc: boolean;
  /** Procedures may be called there: marks and backups depend on it. */
  readonly rpcOut: boolean;
  /** A remote call joins the caller's transaction. Without it a mark would commit on its own, without any error. */
  readonly promoteDistributedTransactions: boolean;
  readonly dataAccess: boolean;
  readonly collationCompatible: boolean;
  readonly useRemoteCollation: boolean;
  readonly collationName: string;
  readonly lazySchemaValidation: boolean;
  /** Seconds; 0 takes the server's setting. */
  readonly connectTimeout: number;
  /** Seconds; 0 takes the server's setting, which by default ends a call after 10 minutes. */
  readonly queryTimeout: number;
}

/** As whom a local login goes to the remote server. */
export interface LoginMapping {
  /** The local login; empty for all that have no mapping of their own. */
  readonly localLogin: string;
  /** With the local login's own credentials. */
  readonly self: boolean;
  readonly remoteUser: string;
}

export interface LinkedServerState extends LinkedServerTarget, LinkedServerOptions {
  readonly name: string;
  readonly logins: readonly LoginMapping[];
}

/** A mapping to be made; the password never comes back from the server. */
export interface WantedMapping extends LoginMapping {
  readonly remotePassword?: string | undefined;
}

type ServerRow = LinkedServerTarget & LinkedServerOptions;

/** Whether the login knows of every linked server, not only of those that it has a mapping on (sys.servers, "Permissions"). */
const seesAll = `CASE WHEN HAS_PERMS_BY_NAME(NULL, NULL, N'ALTER ANY LINKED SERVER') = 1
  OR HAS_PERMS_BY_NAME(NULL, NULL, N'ALTER ANY LOGIN') = 1 THEN 1 ELSE 0 END`;

/** Three result sets: the linked server, its login mappings, and whether the login sees every linked server. */
export function readLinkedServerStatement(name: string): Statement {
  return query(
    `SELECT ISNULL(product, N'') AS product, ISNULL(provider, N'') AS provider, ISNULL(data_source, N'') AS dataSource,
  ISNULL(location, N'') AS location, ISNULL(provider_string, N'') AS providerString, ISNULL(catalog, N'') AS catalog,
  is_remote_login_enabled AS rpc, is_rpc_out_enabled AS rpcOut,
  is_remote_proc_transaction_promotion_enabled AS promoteDistributedTransactions,
  is_data_access_enabled AS dataAccess, is_collation_compatible AS collationCompatible,
  uses_remote_collation AS useRemoteCollation, ISNULL(collation_name, N'') AS collationName,
  lazy_schema_validation AS lazySchemaValidation, connect_timeout AS connectTimeout, query_timeout AS queryTimeout
FROM sys.servers
WHERE name = @name AND is_linked = 1;
SELECT ISNULL(p.name, N'') AS localLogin, l.uses_self_credential AS self, ISNULL(l.remote_name, N'') AS remoteUser
FROM sys.linked_logins AS l
JOIN sys.servers AS s ON s.server_id = l.server_id
LEFT JOIN sys.server_principals AS p ON p.principal_id = l.local_principal_id AND l.local_principal_id <> 0
WHERE s.name = @name AND s.is_linked = 1
ORDER BY localLogin;
SELECT ${seesAll} AS seesAll;`,
    { name: sysname(name) },
    `read the linked server ${name}`,
  );
}

/**
 * Looks a linked server up; undefined when there is none. Throws when there may be one that the login does not see:
 * to take that for gone would make Pulumi forget it.
 */
export async function readLinkedServer(session: SqlSession, name: string): Promise<LinkedServerState | undefined> {
  const { recordsets } = await session.execute(readLinkedServerStatement(name));
  const found = parseLinkedServer(name, recordsets);
  const [visibility] = (recordsets[2] ?? []) as { seesAll?: number }[];
  if (!found && visibility?.seesAll === 0) {
    throw new Error(
      `The login does not see every linked server of ${session.displayName}, so nobody can tell whether ${name} is one of them. Grant it ALTER ANY LINKED SERVER.`,
    );
  }
  return found;
}

/** Reads the result sets of `readLinkedServerStatement`. */
export function parseLinkedServer(
  name: string,
  recordsets: readonly (readonly Row[])[],
): LinkedServerState | undefined {
  const [server] = (recordsets[0] ?? []) as unknown as ServerRow[];
  if (!server) return undefined;
  const logins = ((recordsets[1] ?? []) as unknown as LoginMapping[]).map(({ localLogin, self, remoteUser }) => ({
    localLogin,
    self: Boolean(self),
    remoteUser,
  }));
  return { name, ...server, logins };
}

/** The names of the options at `sp_serveroption`. */
const optionNames: Readonly<Record<keyof LinkedServerOptions, string>> = {
  rpc: "rpc",
  rpcOut: "rpc out",
  promoteDistributedTransactions: "remote proc transaction promotion",
  dataAccess: "data access",
  collationCompatible: "collation compatible",
  useRemoteCollation: "use remote collation",
  collationName: "collation name",
  lazySchemaValidation: "lazy schema validation",
  connectTimeout: "connect timeout",
  queryTimeout: "query timeout",
};

const optionKeys = Object.keys(optionNames) as (keyof LinkedServerOptions)[];

/** The options of `wanted` that are otherwise in `before`; all that can be set when there is no `before`. */
export function differingOptions(
  before: LinkedServerOptions | undefined,
  wanted: LinkedServerOptions,
): (keyof LinkedServerOptions)[] {
  return optionKeys.filter((key) => {
    if (before) return before[key] !== wanted[key];
    return key !== "collationName" || wanted.collationName !== "";
  });
}

function optionLine(key: keyof LinkedServerOptions, value: string | number | boolean): string {
  const text = value === "" ? "NULL" : quoteString(String(value));
  return `EXEC sys.sp_serveroption @server = @name, @optname = N'${optionNames[key]}', @optvalue = ${text};`;
}

/** How a linked server is to be. */
export interface WantedLinkedServer {
  readonly name: string;
  readonly target: LinkedServerTarget;
  readonly options: LinkedServerOptions;
  readonly mappings: readonly WantedMapping[];
}

/**
 * Adds the linked server with its options and mappings. Not a transaction: `sp_addlinkedserver` refuses to be in one. So
 * it cannot be sent again as it is: `addLinkedServer` does what is to be done before.
 */
export function createLinkedServer(wanted: WantedLinkedServer): Statement {
  const { add, lines, parameters } = creation(wanted);
  const text = ["DECLARE @added bit = 0;", asOne([add, "SET @added = 1;", ...lines], tellNotAdded)].join("\n");
  return { text, parameters, summary: `create the linked server ${wanted.name}` };
}

const notAddedMark = "mssql-backup: no linked server was added";
const tellNotAdded = `IF @added = 0 PRINT N'${notAddedMark}';`;

/** Whether `createLinkedServer` failed before anything was there: a linked server of that name is somebody else's. */
export function isNotAdded(error: unknown): boolean {
  return isSqlServerError(error) && error.messages.some(({ text }) => text === notAddedMark);
}

/** Adds a linked server. A deadlock victim is tried again, without what it has left half-made. */
export async function addLinkedServer(session: SqlSession, wanted: WantedLinkedServer): Promise<void> {
  await retry(
    async () => {
      try {
        await session.execute(createLinkedServer(wanted));
      } catch (error) {
        if (isDeadlock(error) && !isNotAdded(error)) await session.execute(dropLinkedServer(wanted.name));
        throw error;
      }
    },
    { attempts: 4, firstPauseMs: 50, worthwhile: isDeadlock },
  );
}

/**
 * Drops the linked server and adds it anew under its name, for a target that cannot be altered. Members are joined by
 * that name and find the new target; a run that needs the link between drop and add fails, and the next one does not.
 */
export function replaceLinkedServer(wanted: WantedLinkedServer): Statement {
  const { add, lines, parameters } = creation(wanted);
  return {
    text: asOne([dropIfThere, add, ...lines]),
    parameters,
    summary: `make the linked server ${wanted.name} anew`,
    repeatable: true,
  };
}

/**
 * Runs the lines up to the first that fails. System procedures report errors as RAISERROR does, which ends nothing: what
 * follows would be done to a linked server of that name that is somebody else's.
 */
function asOne(lines: readonly string[], ...onFailure: readonly string[]): string {
  return ["BEGIN TRY", ...lines, "END TRY", "BEGIN CATCH", ...onFailure, "THROW;", "END CATCH;"].join("\n");
}

function creation({ name, target, options, mappings }: WantedLinkedServer) {
  const parameters: Record<string, Parameters[string]> = { name: sysname(name) };
  const add = isSqlServerProduct(target)
    ? "EXEC sys.sp_addlinkedserver @server = @name, @srvproduct = N'SQL Server';"
    : `EXEC sys.sp_addlinkedserver @server = @name, @srvproduct = ${quoteString(target.product)}, @provider = ${quoteString(target.provider)}, @datasrc = ${quoteString(target.dataSource)}${optionalArguments(target, parameters)};`;
  const lines = [
    ...differingOptions(undefined, options).map((key) => optionLine(key, options[key])),
    // Every new linked server lets all local logins through as themselves.
    "EXEC sys.sp_droplinkedsrvlogin @rmtsrvname = @name, @locallogin = NULL;",
    ...mappings.map((mapping, index) => mapLine(mapping, index, parameters)),
  ];
  return { add, lines, parameters };
}

/** Whether a linked server is one of SQL Server's own product, which is reached under its own name. */
export function isSqlServerProduct({ product }: Pick<LinkedServerTarget, "product">): boolean {
  return product.toLowerCase() === "sql server";
}

/** The provider string may hold a password, so it is a parameter and not part of the text. */
function optionalArguments(target: LinkedServerTarget, parameters: Record<string, Parameters[string]>): string {
  let text = "";
  if (target.location) text += `, @location = ${quoteString(target.location)}`;
  if (target.providerString) {
    parameters.providerString = nvarchar(target.providerString);
    text += ", @provstr = @providerString";
  }
  if (target.catalog) text += `, @catalog = ${quoteString(target.catalog)}`;
  return text;
}

function mapLine(mapping: WantedMapping, index: number, parameters: Record<string, Parameters[string]>): string {
  const local = mapping.localLogin === "" ? "NULL" : quoteString(mapping.localLogin);
  const head = `EXEC sys.sp_addlinkedsrvlogin @rmtsrvname = @name, @locallogin = ${local}`;
  if (mapping.self) return `${head}, @useself = N'True';`;
  if (mapping.remoteUser === "") return `${head}, @useself = N'False', @rmtuser = NULL, @rmtpassword = NULL;`;
  parameters[`password${index}`] = nvarchar(mapping.remotePassword);
  return `${head}, @useself = N'False', @rmtuser = ${quoteString(mapping.remoteUser)}, @rmtpassword = @password${index};`;
}

function unmapLine(localLogin: string): string {
  const drop = "EXEC sys.sp_droplinkedsrvlogin @rmtsrvname = @name, @locallogin =";
  if (localLogin === "") return `${drop} NULL;`;
  // Only of a mapping for a named login does the procedure complain when it is gone (15476).
  return `IF EXISTS (SELECT * FROM sys.linked_logins AS l JOIN sys.servers AS s ON s.server_id = l.server_id
    WHERE s.name = @name AND l.local_principal_id = SUSER_ID(${quoteString(localLogin)}))
  ${drop} ${quoteString(localLogin)};`;
}

/** Sets options and mappings of an existing linked server; undefined when nothing is to be done. */
export function alterLinkedServer(
  before: LinkedServerState,
  options: LinkedServerOptions,
  mappings: { readonly drop: readonly LoginMapping[]; readonly add: readonly WantedMapping[] },
): Statement | undefined {
  const parameters: Record<string, Parameters[string]> = { name: sysname(before.name) };
  const lines = [
    ...differingOptions(before, options).map((key) => optionLine(key, options[key])),
    ...mappings.drop.map(({ localLogin }) => unmapLine(localLogin)),
    ...mappings.add.map((mapping, index) => mapLine(mapping, index, parameters)),
  ];
  if (lines.length === 0) return undefined;
  return { text: asOne(lines), parameters, summary: `alter the linked server ${before.name}`, repeatable: true };
}

const dropIfThere = `IF EXISTS (SELECT * FROM sys.servers WHERE name = @name AND is_linked = 1)
  EXEC sys.sp_dropserver @server = @name, @droplogins = 'droplogins';`;

/** Drops a linked server with its mappings. One that is gone already is no failure. */
export function dropLinkedServer(name: string): Statement {
  return command(dropIfThere, `drop the linked server ${name}`, { name: sysname(name) });
}

/** Asks the server behind the link for its own name, which proves login, provider and `rpc out`. */
export function callLinkedServer(name: string): Statement {
  return query(
    `EXEC ${quotePath(name, "master", "sys", "sp_executesql")} N'SELECT CAST(SERVERPROPERTY(N''ServerName'') AS nvarchar(128)) AS name;';`,
    undefined,
    `call the linked server ${name}`,
  );
}

/** As `callLinkedServer`, in a distributed transaction that is rolled back: proves that MSDTC works both ways. */
export function callInDistributedTransaction(name: string): Statement {
  return query(
    `SET XACT_ABORT ON;
BEGIN DISTRIBUTED TRANSACTION;
EXEC ${quotePath(name, "master", "sys", "sp_executesql")} N'SELECT CAST(SERVERPROPERTY(N''ServerName'') AS nvarchar(128)) AS name;';
ROLLBACK TRANSACTION;`,
    undefined,
    `call the linked server ${name} in a distributed transaction`,
  );
}
