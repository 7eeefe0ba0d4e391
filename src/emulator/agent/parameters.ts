/** Parameters that many of Agent's procedures have. */
import type { SystemProcedureParameter } from "../engine/session/systemProcedures";
import type { SqlType, Value } from "../engine/values";

export const SYSNAME: SqlType = { kind: "nvarchar", length: 128 };
export const INT: SqlType = { kind: "int" };
export const GUID: SqlType = { kind: "uniqueidentifier" };
export const DESCRIPTION: SqlType = { kind: "nvarchar", length: 512 };
export const LONG_TEXT: SqlType = { kind: "nvarchar", length: -1 };

export const name = (parameter: string, type = SYSNAME): SystemProcedureParameter => ({
  name: parameter,
  type,
  default: null,
});
export const required = (parameter: string, type = SYSNAME): SystemProcedureParameter => ({ name: parameter, type });
export const number = (parameter: string, value: Value = null): SystemProcedureParameter => ({
  name: parameter,
  type: INT,
  default: value,
});
export const output = (parameter: string, type: SqlType): SystemProcedureParameter => ({
  name: parameter,
  type,
  default: null,
  output: true,
});

/** How procedures are told which job: by its id or by its name. */
export const JOB: SystemProcedureParameter[] = [
  { name: "@job_id", type: GUID, default: null },
  { name: "@job_name", type: SYSNAME, default: null },
];

/** The same, for the procedures that take the name first. */
export const JOB_BY_NAME: SystemProcedureParameter[] = [...JOB].reverse();
