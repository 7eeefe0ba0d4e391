/** Procedures that SQL Server ships in every database (sp_…, xp_…), written in TypeScript. */
import type { SqlType, Value } from "../values";
import type { Activation } from "./activation";
import type { Argument } from "./binding";
import type { Steps } from "./steps";

export interface SystemProcedureParameter {
  /** With @. */
  name: string;
  type: SqlType;
  /** Absent: required (error 201 without it). */
  default?: Value;
  output?: boolean;
}

/** Arguments by parameter name (with @, lower case), converted to the declared types. */
export interface SystemProcedureCall {
  arguments: Map<string, Value>;
  /** Names of the parameters that the caller passed. */
  given: Set<string>;
  activation: Activation;
  /** Every argument as passed, for variadic procedures (sp_executesql). */
  extra: Argument[];
  /** Output values so far; variadic procedures add theirs by name or position. */
  outputs: Map<string | number, { type: SqlType; value: Value }>;
  /** Sets an output parameter. */
  output(name: string, value: Value): void;
}

/** A procedure that just ends has the return code 0. */
type ReturnCode = number | ReturnType<() => void>;

export interface SystemProcedure {
  /** Lower case, e.g. "sp_addlinkedserver". */
  name: string;
  /** Databases where it can be called unqualified: every one for "master" (the default), only there for "msdb". */
  database?: "master" | "msdb";
  parameters: SystemProcedureParameter[];
  /** Also takes parameters that are not declared (sp_executesql, sp_prepexec). */
  variadic?: boolean;
  /** Gives the return code (undefined: 0). Result sets go to `activation.session.output`. */
  execute(call: SystemProcedureCall): ReturnCode | Promise<ReturnCode> | Steps<ReturnCode>;
}

const procedures = new Map<string, SystemProcedure>();

export function registerProcedure(procedure: SystemProcedure): void {
  if (procedures.has(procedure.name)) throw new Error(`two procedures ${procedure.name}`);
  procedures.set(procedure.name, procedure);
}

export function systemProcedure(name: string): SystemProcedure | undefined {
  return procedures.get(name.toLowerCase());
}

export function systemProcedureNames(): string[] {
  return [...procedures.keys()];
}
