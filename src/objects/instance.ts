import {
  type ExecuteOptions,
  quotePath,
  type Row,
  type ServerMessage,
  type SqlServer,
  type SqlSession,
  type Statement,
} from "../sqlserver";
import { parameterDeclarations } from "../sqlserver/driver";
import { announceStatement } from "../sqlserver/statement";

/** How an instance is reached. */
export type Way = "control" | "direct" | "linkedServer";

/**
 * A SQL Server instance on which members live, whichever way it is reached: statements for it are written once and
 * run there, in the context of the database they are about.
 */
export interface Instance {
  /** The name by which the control server knows it: its own, or that of a linked server. */
  readonly name: string;
  readonly way: Way;
  rows<T extends object = Row>(statement: Statement, options: InstanceOptions): Promise<T[]>;
  /** Returns what the server said; behind a linked server, warnings and information may be lost on the way. */
  execute(statement: Statement, options: InstanceOptions): Promise<readonly ServerMessage[]>;
}

export interface InstanceOptions extends Omit<ExecuteOptions, "database"> {
  readonly database: string;
}

/** The control server itself, or a server with a connection of its own. */
export function directInstance(name: string, server: SqlSession, way: "control" | "direct"): Instance {
  return {
    name,
    way,
    rows: (statement, options) => server.rows(statement, options),
    async execute(statement, options) {
      return (await server.execute(statement, options)).messages;
    },
  };
}

/** A server behind a linked server of the control server. */
export function linkedInstance(name: string, control: SqlServer): Instance {
  const through = (statement: Statement, { database, ...options }: InstanceOptions) => {
    announceStatement(statement, { server: name, database });
    return control.execute(throughLink(name, database, statement), options);
  };
  return {
    name,
    way: "linkedServer",
    async rows<T extends object>(statement: Statement, options: InstanceOptions) {
      const result = await through(statement, options);
      return [...(result.recordsets[0] ?? [])] as T[];
    },
    async execute(statement, options) {
      return (await through(statement, options)).messages;
    },
  };
}

/**
 * Wraps a statement so that the control server runs it on a linked server, in a database there:
 * `EXEC [link].[database].sys.sp_executesql …`. Parameters keep their names on both sides.
 */
export function throughLink(link: string, database: string, statement: Statement): Statement {
  const procedure = quotePath(link, database, "sys", "sp_executesql");
  const names = Object.keys(statement.parameters ?? {});
  const passed = names.map((name) => `, @${name} = @${name}`).join("");
  const declared = names.length > 0 ? `, @remote_parameters${passed}` : "";
  return {
    ...statement,
    text: `EXEC ${procedure} @remote_statement${declared};`,
    parameters: {
      ...statement.parameters,
      remote_statement: { type: "nvarchar", value: statement.text },
      ...(names.length > 0 && { remote_parameters: { type: "nvarchar", value: parameterDeclarations(statement) } }),
    },
  };
}
