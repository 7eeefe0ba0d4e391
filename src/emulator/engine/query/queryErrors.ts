/** Errors of the query compiler and executor, with SQL Server's numbers, severities and texts. */
import type { ObjectName } from "../../tsql/ast";
import { SqlError, type SqlMessage } from "../errors";

/** A message that is no error. */
export function information(number: number, message: string, severity = 10): SqlMessage {
  return { number, state: 1, class: severity, message, procedure: "", line: 0 };
}

/** A name as SQL Server's messages print it: the parts that were written. */
export function displayName(name: ObjectName): string {
  const parts = [name.server, name.database, name.schema, name.name];
  while (parts.length > 1 && parts[0] === undefined) parts.shift();
  return parts.map((part) => part ?? "").join(".");
}

export const invalidObject = (name: string) => new SqlError(208, `Invalid object name '${name}'.`, 1);
export const invalidColumn = (name: string) => new SqlError(207, `Invalid column name '${name}'.`, 1);
export const unboundIdentifier = (name: string) =>
  new SqlError(4104, `The multi-part identifier "${name}" could not be bound.`, 1);
export const undeclaredTable = (name: string) =>
  new SqlError(1087, `Must declare the table variable "${name}".`, 1, 15);

export const duplicateExposedName = (name: string, other: string) =>
  new SqlError(
    1013,
    `The objects "${name}" and "${other}" in the FROM clause have the same exposed names. Use correlation names to distinguish them.`,
    1,
    16,
  );
export const ambiguousExposedName = (name: string) =>
  new SqlError(1012, `The correlation name '${name}' has the same exposed name as table '${name}'.`, 1, 16);
export const duplicateAlias = (name: string) =>
  new SqlError(1011, `The correlation name '${name}' is specified multiple times in a FROM clause.`, 1, 15);

export const unnamedColumn = (column: number, table: string) =>
  new SqlError(8155, `No column name was specified for column ${column} of '${table}'.`, 2);
export const duplicateColumn = (column: string, table: string) =>
  new SqlError(8156, `The column '${column}' was specified multiple times for '${table}'.`, 1);
export const tooFewColumnNames = (table: string) =>
  new SqlError(8158, `'${table}' has more columns than were specified in the column list.`, 1);
export const tooManyColumnNames = (table: string) =>
  new SqlError(8159, `'${table}' has fewer columns than were specified in the column list.`, 1);

export const orderByNotAllowed = () =>
  new SqlError(
    1033,
    "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table expressions, unless TOP, OFFSET or FOR XML is also specified.",
    1,
    15,
  );
export const orderOrdinalOutOfRange = (ordinal: string) =>
  new SqlError(
    108,
    `The ORDER BY position number ${ordinal} is out of range of the number of items in the select list.`,
    1,
    16,
  );
export const orderByOfSetOperation = () =>
  new SqlError(
    104,
    "ORDER BY items must appear in the select list if the statement contains a UNION, INTERSECT or EXCEPT operator.",
    1,
    16,
  );
export const orderByOfDistinct = () =>
  new SqlError(145, "ORDER BY items must appear in the select list if SELECT DISTINCT is specified.", 1, 15);
export const ambiguousColumn = (name: string) => new SqlError(209, `Ambiguous column name '${name}'.`, 1, 16);
export const orderByConstant = (position: number) =>
  new SqlError(408, `A constant expression was encountered in the ORDER BY list, position ${position}.`, 1, 16);

export const notGrouped = (
  column: string,
  clause: "select list" | "HAVING clause" | "ORDER BY clause",
  grouped: boolean,
) => {
  if (clause === "select list" && !grouped) {
    return new SqlError(
      8120,
      `Column '${column}' is invalid in the select list because it is not contained in an aggregate function and there is no GROUP BY clause.`,
      1,
    );
  }
  if (clause === "HAVING clause") {
    return new SqlError(
      8121,
      `Column '${column}' is invalid in the HAVING clause because it is not contained in either an aggregate function or the GROUP BY clause.`,
      1,
    );
  }
  if (clause === "ORDER BY clause") {
    return new SqlError(
      8127,
      `Column "${column}" is invalid in the ORDER BY clause because it is not contained in either an aggregate function or the GROUP BY clause.`,
      1,
    );
  }
  return new SqlError(
    8120,
    `Column '${column}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.`,
    1,
  );
};
export const groupByWithoutColumn = () =>
  new SqlError(164, "Each GROUP BY expression must contain at least one column that is not an outer reference.", 1, 15);
export const groupByAggregate = () =>
  new SqlError(
    144,
    "Cannot use an aggregate or a subquery in an expression used for the group by list of a GROUP BY clause.",
    1,
    15,
  );
export const aggregateInAggregate = () =>
  new SqlError(
    130,
    "Cannot perform an aggregate function on an expression containing an aggregate or a subquery.",
    1,
    16,
  );
export const aggregateInWhere = () =>
  new SqlError(
    147,
    "An aggregate may not appear in the WHERE clause unless it is in a subquery contained in a HAVING clause or a select list, and the column being aggregated is an outer reference.",
    1,
    15,
  );
export const aggregateInOn = () =>
  new SqlError(
    1015,
    "An aggregate cannot appear in an ON clause unless it is in a subquery contained in a HAVING clause or select list, and the column being aggregated is an outer reference.",
    1,
    15,
  );
export const windowMisplaced = () =>
  new SqlError(4108, "Windowed functions can only appear in the SELECT or ORDER BY clauses.", 1, 15);
export const windowInWindow = () =>
  new SqlError(
    4109,
    "Windowed functions cannot be used in the context of another windowed function or aggregate.",
    1,
    15,
  );
export const windowNeedsOrder = (name: string) =>
  new SqlError(4112, `The function '${name}' must have an OVER clause with ORDER BY.`, 1, 15);
export const windowOrderConstant = () =>
  new SqlError(
    5309,
    "Windowed functions, aggregates and NEXT VALUE FOR functions do not support constants as ORDER BY clause expressions.",
    1,
    16,
  );
export const windowOrderOrdinal = () =>
  new SqlError(
    5308,
    "Windowed functions, aggregates and NEXT VALUE FOR functions do not support integer indices as ORDER BY clause expressions.",
    1,
    16,
  );
export const groupingArgument = (position: number, name: string) =>
  new SqlError(
    8161,
    `Argument ${position} of the ${name} function does not match any of the expressions in the GROUP BY clause.`,
    1,
    16,
  );

export const setOperationWidth = () =>
  new SqlError(
    205,
    "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists.",
    1,
    16,
  );
export const valuesWidth = () =>
  new SqlError(10709, "The number of columns for each row in a table value constructor must be the same.", 1, 16);
export const oneColumnOnly = () =>
  new SqlError(
    116,
    "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.",
    1,
    16,
  );

export const starWithoutFrom = () => new SqlError(263, "Must specify table to select from.", 1, 16);
export const starPrefix = (prefix: string) =>
  new SqlError(
    107,
    `The column prefix '${prefix}' does not match with a table name or alias name used in the query.`,
    3,
    15,
  );
export const mixedAssignment = () =>
  new SqlError(
    141,
    "A SELECT statement that assigns a value to a variable must not be combined with data-retrieval operations.",
    1,
    15,
  );
export const topNegative = () => new SqlError(127, "A TOP N or FETCH rowcount value may not be negative.", 1, 15);
export const topNotInteger = () =>
  new SqlError(
    1060,
    "The number of rows provided for a TOP or FETCH clauses row count parameter must be an integer.",
    1,
    15,
  );
export const topPercentRange = () => new SqlError(1031, "Percent values must be between 0 and 100.", 1, 16);
export const tiesWithoutOrder = () =>
  new SqlError(1062, "The TOP N WITH TIES clause is not allowed without a corresponding ORDER BY clause.", 1, 15);
export const topWithOffset = () =>
  new SqlError(10741, "A TOP can not be used in the same query or sub-query as a OFFSET.", 1, 15);
export const offsetNegative = () =>
  new SqlError(10742, "The offset specified in a OFFSET clause may not be negative.", 1, 15);
export const offsetNotInteger = () =>
  new SqlError(10743, "The number of rows provided for a OFFSET clause must be an integer.", 1, 15);
export const fetchNotPositive = () =>
  new SqlError(10744, "The number of rows provided for a FETCH clause must be greater then zero.", 1, 15);

export const duplicateCommonTable = (name: string) =>
  new SqlError(239, `Duplicate common table expression name '${name}' was specified.`, 1, 16);
export const recursiveTypes = (column: string, query: string) =>
  new SqlError(
    240,
    `Types don't match between the anchor and the recursive part in column "${column}" of recursive query "${query}".`,
    1,
    16,
  );
export const recursiveWithoutAnchor = (name: string) =>
  new SqlError(246, `No anchor member was specified for recursive query "${name}".`, 1, 16);
export const recursiveWithoutUnionAll = (name: string) =>
  new SqlError(
    252,
    `Recursive common table expression '${name}' does not contain a top-level UNION ALL operator.`,
    1,
    16,
  );
export const recursiveRestriction = (number: 460 | 461 | 462 | 467, what: string, name: string) => {
  if (number === 461) {
    return new SqlError(
      461,
      `The TOP or OFFSET operator is not allowed in the recursive part of a recursive common table expression '${name}'.`,
      1,
      16,
    );
  }
  if (number === 467) {
    return new SqlError(
      467,
      `GROUP BY, HAVING, or aggregate functions are not allowed in the recursive part of a recursive common table expression '${name}'.`,
      1,
      16,
    );
  }
  return new SqlError(
    number,
    `${what} operator is not allowed in the recursive part of a recursive common table expression '${name}'.`,
    1,
    16,
  );
};
export const recursionExhausted = (limit: number) =>
  new SqlError(
    530,
    `The statement terminated. The maximum recursion ${limit} has been exhausted before statement completion.`,
    1,
    16,
  );
