/** Matches the arguments of a call to the parameters of a procedure. */
import { SqlError } from "../errors";
import type { SqlType, Value } from "../values";

export interface Parameter {
  /** With @. */
  name: string;
  type: SqlType;
  output: boolean;
  hasDefault: boolean;
}

export interface Argument {
  /** With @, undefined by position. */
  name?: string | undefined;
  type: SqlType;
  /** undefined: the keyword DEFAULT. */
  value: Value | undefined;
  output: boolean;
  /** A table variable for a table-valued parameter. */
  table?: string | undefined;
}

/** The argument for each parameter, in the parameters' order; undefined where its default applies. */
export function bindArguments(procedure: string, parameters: Parameter[], args: Argument[]): (Argument | undefined)[] {
  const bound: (Argument | undefined)[] = parameters.map(() => undefined);
  let named = false;
  args.forEach((argument, position) => {
    const index =
      argument.name === undefined
        ? position
        : parameters.findIndex((p) => p.name.toLowerCase() === argument.name?.toLowerCase());
    if (argument.name === undefined) {
      if (named)
        throw new SqlError(
          119,
          `Must pass parameter number ${position + 1} and subsequent parameters as '@name = value'. After the form '@name = value' has been used, all subsequent parameters must be passed in the form '@name = value'.`,
          1,
          15,
        );
      if (index >= parameters.length)
        throw new SqlError(8144, `Procedure or function ${procedure} has too many arguments specified.`, 2);
    } else {
      named = true;
      if (index < 0) throw new SqlError(8145, `${argument.name} is not a parameter for procedure ${procedure}.`, 2);
      if (bound[index]) throw new SqlError(8143, `Parameter '${argument.name}' was supplied multiple times.`);
    }
    const parameter = parameters[index] as Parameter;
    if (argument.output && !parameter.output) {
      throw new SqlError(
        8162,
        `The formal parameter "${parameter.name}" was not declared as an OUTPUT parameter, but the actual parameter passed in requested output.`,
        2,
      );
    }
    bound[index] = argument;
  });
  parameters.forEach((parameter, index) => {
    const argument = bound[index];
    if ((argument === undefined || argument.value === undefined) && !argument?.table && !parameter.hasDefault) {
      throw new SqlError(
        201,
        `Procedure or function '${procedure}' expects parameter '${parameter.name}', which was not supplied.`,
        4,
      );
    }
  });
  return bound;
}
