/** Procedures of a few lines each, and those that are refused by name. */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import { registerProcedure } from "../engine/session/systemProcedures";
import { sameSid } from "../security/users";
import type { ObjectRecord } from "../storage/records";
import { type Arguments, change, INT, LONG_NAME, NAME, optional, refuse, required, sendRows } from "./define";
import { existingObject } from "./existingObject";

const MAX_CONTEXT_KEY = 128;

function requireAlter(record: ObjectRecord, activation: Activation): void {
  activation.session.security.requireObjectPermission(activation, activation.session.database, record, "ALTER");
}

function setSessionContext(args: Arguments): number {
  const { session } = args.activation;
  const key = args.text("@key");
  if (key === undefined || key.length > MAX_CONTEXT_KEY)
    throw new SqlError(
      15665,
      "The value was not set for key '(null)' because the key is null or longer than 128 characters.",
      1,
    );
  const former = session.sessionContext.get(key.toLowerCase());
  if (former?.readOnly)
    throw new SqlError(
      15664,
      `Cannot set key '${key}' in the session context. The key has been set as read_only for this session.`,
      1,
    );
  const value = args.value("@value");
  session.sessionContext.set(key.toLowerCase(), { value, readOnly: args.number("@read_only") === 1 });
  return 0;
}

/** Maps a user to the login of the same name, as after a restore on another server. */
function changeUsersLogin(args: Arguments): number {
  const { activation } = args;
  const { session } = activation;
  const { database, server } = session;
  const action = args.text("@action")?.toUpperCase();
  const logins = [...server.master.metadata.all("login")].filter((l) => l.type === "S");
  const users = [...database.metadata.all("principal")].filter((p) => p.type === "S" && p.id > 4);
  if (action === "REPORT") {
    const orphans = users.filter(
      (u) => u.sid && u.authenticationType === 1 && !logins.some((l) => sameSid(l.sid, u.sid as Uint8Array)),
    );
    sendRows(
      activation,
      [
        ["UserName", NAME],
        ["UserSID", { kind: "varbinary", length: 85 }],
      ],
      orphans.map((u) => [u.name, u.sid]),
    );
    return 0;
  }
  if (!session.security.isOwner(database) && session.user.id !== 1)
    throw new SqlError(15247, "User does not have permission to perform this action.");
  const user = users.find((u) => u.name.toLowerCase() === args.text("@usernamepattern")?.toLowerCase());
  if (!user)
    throw new SqlError(
      15291,
      `Terminating this procedure. The User name '${args.text("@usernamepattern") ?? ""}' is absent or invalid.`,
    );
  const wanted = action === "AUTO_FIX" ? user.name : args.text("@loginname");
  const login = logins.find((l) => l.name.toLowerCase() === wanted?.toLowerCase());
  if (!login)
    throw new SqlError(15291, `Terminating this procedure. The Login name '${wanted ?? ""}' is absent or invalid.`);
  session
    .requireTransaction()
    .putRecord(database, "principal", user.id, { ...user, sid: login.sid, modifyDate: activation.now().local });
  return 0;
}

export function registerSmallProcedures(): void {
  change(
    "sp_set_session_context",
    [required("@key"), required("@value", { kind: "sql_variant" }), optional("@read_only", { kind: "bit" }, 0)],
    setSessionContext,
  );
  change(
    "sp_change_users_login",
    [required("@action"), optional("@usernamepattern"), optional("@loginname"), optional("@password")],
    changeUsersLogin,
  );
  change("sp_recompile", [required("@objname", LONG_NAME)], (args) => {
    // Nothing keeps a plan beyond the text it was compiled from.
    requireAlter(existingObject(args.text("@objname") ?? "", args.activation, 15165), args.activation);
    return 0;
  });
  for (const name of ["sp_refreshview", "sp_refreshsqlmodule"]) {
    const parameter = name === "sp_refreshview" ? "@viewname" : "@name";
    change(name, [required(parameter, LONG_NAME)], (args) => {
      // Views and modules are compiled anew from their text whenever they are used.
      requireAlter(existingObject(args.text(parameter) ?? "", args.activation, 15165), args.activation);
      return 0;
    });
  }
  change("sp_updatestats", [optional("@resample", { kind: "char", length: 8 })], () => 0);
  registerProcedure({
    name: "sp_reset_connection",
    parameters: [],
    async execute({ activation }) {
      await activation.session.reset(false);
    },
  });
  registerFileProcedures();
  change("xp_msver", [optional("@optname")], ({ activation }) => {
    const { version } = activation.session.server;
    sendRows(
      activation,
      [
        ["Index", { kind: "smallint" }],
        ["Name", { kind: "nvarchar", length: 256 }],
        ["Internal_Value", INT],
        ["Character_Value", { kind: "nvarchar", length: 256 }],
      ],
      [
        [1, "ProductName", null, "Microsoft SQL Server"],
        [2, "ProductVersion", (version.major << 16) | version.minor, version.text],
        [3, "Language", 1033, "English (United States)"],
        [4, "Platform", null, "NT x64"],
      ],
    );
    return 0;
  });
  refuse(`
    sp_cursor sp_cursoropen sp_cursorclose sp_cursorfetch sp_cursoroption sp_cursorprepare sp_cursorprepexec sp_cursorexecute sp_cursorunprepare
    sp_prepexecrpc sp_describe_undeclared_parameters sp_describe_cursor sp_cursor_list
    sp_oacreate sp_oamethod sp_oadestroy sp_oagetproperty sp_oasetproperty sp_oageterrorinfo
    sp_trace_create sp_trace_setevent sp_trace_setfilter sp_trace_setstatus sp_trace_generateevent
    sp_attach_db sp_attach_single_file_db sp_detach_db sp_procoption sp_tableoption sp_settriggerorder sp_bindrule sp_bindefault sp_unbindrule
    sp_unbindefault sp_addtype sp_droptype sp_depends sp_estimate_data_compression_savings sp_invoke_external_procedure sp_execute_external_script
    sp_send_dbmail sp_xml_preparedocument sp_xml_removedocument sp_setapprole sp_unsetapprole sp_addapprole sp_dropapprole
    sp_control_dbmasterkey_password sp_cycle_errorlog sp_readerrorlog sp_replicationdboption sp_addlinkedserverlogin sp_createstats sp_autostats
    xp_cmdshell xp_delete_file xp_dirtree xp_subdirs xp_readerrorlog xp_regread xp_regwrite xp_instance_regread xp_instance_regwrite xp_fixeddrives
    xp_logininfo xp_loginconfig xp_enumgroups xp_sendmail xp_sprintf xp_sscanf xp_servicecontrol`);
}

/** Only administrators reach the server's files. */
function requireAdministrator(procedure: string, activation: Activation): void {
  if (activation.session.security.isServerRoleMember("sysadmin")) return;
  throw new SqlError(
    229,
    `The EXECUTE permission was denied on the object '${procedure}', database 'mssqlsystemresource', schema 'sys'.`,
    5,
    14,
  );
}

function registerFileProcedures(): void {
  change("xp_fileexist", [required("@filename", { kind: "nvarchar", length: 260 })], (args) => {
    const { activation } = args;
    requireAdministrator("xp_fileexist", activation);
    const path = args.text("@filename") ?? "";
    const isDirectory = existsSync(path) && statSync(path).isDirectory();
    sendRows(
      activation,
      [
        ["File Exists", { kind: "tinyint" }],
        ["File is a Directory", { kind: "tinyint" }],
        ["Parent Directory Exists", { kind: "tinyint" }],
      ],
      [
        [
          Number(existsSync(path) && !isDirectory),
          Number(isDirectory),
          Number(existsSync(path.replace(/[\\/][^\\/]*$/, "") || "/")),
        ],
      ],
    );
    return 0;
  });
  change("xp_create_subdir", [required("@path", { kind: "nvarchar", length: 260 })], (args) => {
    requireAdministrator("xp_create_subdir", args.activation);
    const path = args.text("@path") ?? "";
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      throw new SqlError(
        22048,
        `xp_create_subdir() returned error ${(error as NodeJS.ErrnoException).code ?? ""}, 'The system cannot create the folder ${path}.'`,
      );
    }
    return 0;
  });
}
