/** Errors of names and expressions that are found when a statement is compiled. */
import { SqlError } from "../errors";

export const invalidColumn = (name: string) => new SqlError(207, `Invalid column name '${name}'.`, 1, 16);
export const ambiguousColumn = (name: string) => new SqlError(209, `Ambiguous column name '${name}'.`, 1, 16);
export const unboundIdentifier = (name: string) =>
  new SqlError(4104, `The multi-part identifier "${name}" could not be bound.`, 1, 16);
export const undeclaredVariable = (name: string) =>
  new SqlError(137, `Must declare the scalar variable "${name}".`, 2, 15);
export const unknownFunction = (name: string) =>
  new SqlError(195, `'${name}' is not a recognized built-in function name.`, 10, 15);
export const unknownUserFunction = (schema: string, name: string) =>
  new SqlError(
    4121,
    `Cannot find either column "${schema}" or the user-defined function or aggregate "${name}", or the name is ambiguous.`,
    1,
    16,
  );
export const argumentCount = (name: string, minimum: number, maximum: number) =>
  minimum === maximum
    ? new SqlError(174, `The ${name} function requires ${minimum} argument(s).`, 1, 15)
    : new SqlError(
        189,
        `The ${name} function requires ${minimum} to ${Number.isFinite(maximum) ? maximum : 254} arguments.`,
        1,
        15,
      );
export const tooFewArguments = (name: string) =>
  new SqlError(313, `An insufficient number of arguments were supplied for the procedure or function ${name}.`, 3, 16);
export const tooManyArguments = (name: string) =>
  new SqlError(8144, `Procedure or function ${name} has too many arguments specified.`, 3, 16);
export const misplacedAggregate = () =>
  new SqlError(
    147,
    "An aggregate may not appear in the WHERE clause unless it is in a subquery contained in a HAVING clause or a select list, and the column being aggregated is an outer reference.",
    1,
    15,
  );
export const misplacedWindow = () =>
  new SqlError(4108, "Windowed functions can only appear in the SELECT or ORDER BY clauses.", 1, 15);
export const windowRequired = (name: string) =>
  new SqlError(10753, `The function '${name}' must have an OVER clause.`, 3, 15);
export const onlyNullResults = () =>
  new SqlError(
    8133,
    "At least one of the result expressions in a CASE specification must be an expression other than the NULL constant.",
    1,
    16,
  );
export const onlyNullArguments = () =>
  new SqlError(
    4127,
    "At least one of the arguments to COALESCE must be an expression that is not the NULL constant.",
    1,
    16,
  );
export const untypedNullIf = () =>
  new SqlError(
    4151,
    "The type of the first argument to NULLIF cannot be the NULL constant because the type of the first argument has to be known.",
    1,
    16,
  );
export const moreThanOneValue = () =>
  new SqlError(
    512,
    "Subquery returned more than 1 value. This is not permitted when the subquery follows =, !=, <, <= , >, >= or when the subquery is used as an expression.",
    1,
    16,
  );
export const oneColumnOnly = () =>
  new SqlError(
    116,
    "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.",
    1,
    16,
  );
export const collationConflict = (one: string, other: string, operation: string) =>
  new SqlError(
    468,
    `Cannot resolve the collation conflict between "${one}" and "${other}" in the ${operation} operation.`,
    9,
    16,
  );
/** Where nothing is compared yet, but the result would have no collation. */
export const unresolvedCollation = (one: string, other: string, operator: string) =>
  new SqlError(
    451,
    `Cannot resolve collation conflict between "${one}" and "${other}" in ${operator} operator occurring in SELECT statement column 1.`,
    1,
    16,
  );
export const collationOfWrongType = (type: string) =>
  new SqlError(447, `Expression type ${type} is invalid for COLLATE clause.`, 0, 16);
export const invalidEscape = (text: string) =>
  new SqlError(506, `The invalid escape character "${text}" was specified in a LIKE predicate.`, 1, 16);
export const xmlNotComparable = () =>
  new SqlError(305, "The xml data type cannot be compared or sorted, except when using the IS NULL operator.", 1, 16);
export const invalidArgumentType = (type: string, position: number, name: string) =>
  new SqlError(8116, `Argument data type ${type} is invalid for argument ${position} of ${name} function.`, 1, 16);
