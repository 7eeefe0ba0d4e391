/** Ties security to the interpreter. */
import { registerDrop } from "../engine/definition/register";
import { SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import { setSecurityProvider } from "../engine/session/security";
import { registerStatement, type StatementKind, type StatementOf } from "../engine/session/statements";
import type { Steps } from "../engine/session/steps";
import { registerProcedure, type SystemProcedureCall } from "../engine/session/systemProcedures";
import type { SqlType } from "../engine/values";
import { authenticate } from "./authentication";
import { alterCredential, createCredential, dropCredential } from "./credentials";
import { alterRole, alterUser, createRole, createUser, dropRole, dropUser } from "./databasePrincipals";
import { changePermissions } from "./grants";
import { alterLogin, createLogin, dropLogin } from "./logins";
import { alterAuthorization, setDatabaseOwner } from "./ownership";
import { alterServerRole, createServerRole, dropServerRole } from "./serverRoles";
import { Security } from "./sessionSecurity";

const NAME: SqlType = { kind: "nvarchar", length: 128 };

function secure<K extends StatementKind>(
  kind: K,
  execute: (statement: StatementOf<K>, activation: Activation) => void,
): void {
  registerStatement(kind, function* (statement, activation): Steps<void> {
    yield* inTransaction(activation, () => execute(statement, activation));
    activation.session.finishStatement(undefined, 0xfd, activation);
  });
}

function* inTransaction(activation: Activation, work: () => void): Steps<void> {
  const { session } = activation;
  yield* session.inTransaction(activation, () => session.runBody(activation, work));
}

/** Procedures of old that do what the statements do. */
/**
 * A procedure of security. sp_addrole is not allowed in a user's transaction
 * (docs/relational-databases/system-stored-procedures/sp-addrole-transact-sql.md of MicrosoftDocs/sql-docs, Remarks).
 */
function procedure(
  name: string,
  parameters: { name: string; optional?: boolean }[],
  execute: (args: (name: string) => string | undefined, activation: Activation) => void,
): void {
  registerProcedure({
    name,
    parameters: parameters.map((p) => ({ name: p.name, type: NAME, ...(p.optional ? { default: null } : {}) })),
    *execute({ arguments: values, activation }: SystemProcedureCall): Steps<number> {
      if (name === "sp_addrole" && activation.session.transactions.count > 0)
        throw new SqlError(15002, `The procedure 'sys.${name}' cannot be executed within a transaction.`);
      yield* inTransaction(activation, () =>
        execute((parameter) => {
          const value = values.get(parameter);
          return value === null || value === undefined ? undefined : String(value);
        }, activation),
      );
      return 0;
    },
  });
}

export function registerSecurity(): void {
  setSecurityProvider({ authenticate, forSession: (session) => new Security(session) });
  secure("createLogin", createLogin);
  secure("alterLogin", alterLogin);
  secure("createCredential", createCredential);
  secure("alterCredential", alterCredential);
  secure("createUser", createUser);
  secure("alterUser", alterUser);
  secure("createRole", (s, a) => (s.server ? createServerRole(s, a) : createRole(s, a)));
  secure("alterRole", (s, a) => (s.server ? alterServerRole(s, a) : alterRole(s, a)));
  secure("permission", changePermissions);
  secure("alterAuthorization", alterAuthorization);
  const drops = {
    login: (name: string, _ifExists: boolean, activation: Activation) => dropLogin(name, activation),
    credential: dropCredential,
    user: dropUser,
    role: dropRole,
    serverRole: dropServerRole,
  };
  for (const [object, drop] of Object.entries(drops)) {
    registerDrop(object as keyof typeof drops, function* (statement, activation) {
      yield* inTransaction(activation, () => {
        for (const { name } of statement.names) drop(name, statement.ifExists, activation);
      });
    });
  }
  registerProcedures();
}

function registerProcedures(): void {
  const member = [{ name: "@rolename" }, { name: "@membername" }];
  procedure("sp_addrolemember", member, (arg, activation) =>
    alterRole({ name: arg("@rolename") ?? "", action: "add", member: arg("@membername") ?? "" }, activation),
  );
  procedure("sp_droprolemember", member, (arg, activation) =>
    alterRole({ name: arg("@rolename") ?? "", action: "drop", member: arg("@membername") ?? "" }, activation),
  );
  const serverMember = [{ name: "@loginame" }, { name: "@rolename" }];
  procedure("sp_addsrvrolemember", serverMember, (arg, activation) =>
    alterServerRole({ name: arg("@rolename") ?? "", action: "add", member: arg("@loginame") ?? "" }, activation),
  );
  procedure("sp_dropsrvrolemember", serverMember, (arg, activation) =>
    alterServerRole({ name: arg("@rolename") ?? "", action: "drop", member: arg("@loginame") ?? "" }, activation),
  );
  const span = { line: 1, start: 0, end: 0 };
  procedure("sp_addrole", [{ name: "@rolename" }, { name: "@ownername", optional: true }], (arg, activation) => {
    const owner = arg("@ownername");
    createRole(
      {
        kind: "createRole",
        server: false,
        name: arg("@rolename") ?? "",
        ...(owner === undefined ? {} : { owner }),
        span,
      },
      activation,
    );
  });
  procedure("sp_droprole", [{ name: "@rolename" }], (arg, activation) =>
    dropRole(arg("@rolename") ?? "", false, activation),
  );
  procedure("sp_grantdbaccess", [{ name: "@loginame" }, { name: "@name_in_db", optional: true }], (arg, activation) => {
    const login = arg("@loginame") ?? "";
    createUser(
      { kind: "createUser", name: arg("@name_in_db") ?? login, login, withoutLogin: false, external: false, span },
      activation,
    );
  });
  procedure("sp_revokedbaccess", [{ name: "@name_in_db" }], (arg, activation) =>
    dropUser(arg("@name_in_db") ?? "", false, activation),
  );
  procedure("sp_dropuser", [{ name: "@name_in_db" }], (arg, activation) =>
    dropUser(arg("@name_in_db") ?? "", false, activation),
  );
  procedure("sp_droplogin", [{ name: "@loginame" }], (arg, activation) =>
    dropLogin(arg("@loginame") ?? "", activation),
  );
  procedure("sp_changedbowner", [{ name: "@loginame" }, { name: "@map", optional: true }], (arg, activation) =>
    setDatabaseOwner(activation.session.database, arg("@loginame") ?? "", activation),
  );
}
