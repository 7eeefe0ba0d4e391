/** User-defined functions called from expressions and FROM. They run at once: nothing in them may wait. */
import type { Database } from "../../storage/database";
import type { ObjectRecord } from "../../storage/records";
import type { ModuleParameter, Statement } from "../../tsql/ast";
import { SqlError } from "../errors";
import { compileExpression } from "../expressions/compile";
import type { Row, Value } from "../values";
import { Activation } from "./activation";
import { runModule } from "./calls";
import { convertArgument } from "./conversion";
import { environmentOf } from "./environment";
import { executeList } from "./interpreter";
import { moduleDefinition, moduleOf } from "./modules";
import { declareAhead } from "./simpleStatements";
import { runStepsNow } from "./steps";
import { createTableVariable } from "./tableVariables";
import { checkVariables } from "./variableCheck";

function activate(
  record: ObjectRecord,
  database: Database,
  args: (Value | undefined)[],
  { parameters, body, variable }: { parameters: ModuleParameter[]; body: Statement[]; variable?: string },
  caller: Activation,
): Activation {
  const returned = variable === undefined ? [] : [variable.toLowerCase()];
  const { session } = caller;
  if (session.nestLevel >= 32)
    throw new SqlError(217, "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).");
  const activation = new Activation(session, "function", caller);
  activation.module = session.runningModule(record, database);
  const declared = (record.module?.parameters ?? []).filter((p) => p.id > 0).sort((a, b) => a.id - b.id);
  declared.forEach((parameter, i) => {
    let value = args[i];
    const syntax = parameters[i];
    if (value === undefined && syntax?.default) {
      const compiled = compileExpression(syntax.default, {
        sources: [],
        parent: null,
        environment: environmentOf(caller),
      });
      value = convertArgument(
        compiled.evaluate({ tuple: [], slots: [], parent: null, context: caller }),
        compiled.type,
        parameter.type,
        caller,
      );
    }
    activation.variables.set(parameter.name.toLowerCase(), { type: parameter.type, value: value ?? null });
  });
  declareAhead(checkVariables(body, [...declared.map((p) => p.name.toLowerCase()), ...returned]), activation);
  return activation;
}

/** `args` are converted to the parameters' types already; undefined asks for the default. */
export function callScalarFunction(
  record: ObjectRecord,
  database: Database,
  args: (Value | undefined)[],
  caller: Activation,
): Value {
  const definition = moduleDefinition(record);
  const module = moduleOf(record, "scalarFunction");
  if (definition.options.some((o) => /RETURNS NULL ON NULL INPUT/i.test(o)) && args.some((a) => a === null))
    return null;
  const activation = activate(record, database, args, module, caller);
  activation.returnType = record.module?.parameters.find((p) => p.id === 0)?.type;
  activation.returnValue = null;
  runStepsNow(
    runModule(activation, definition.executeAs, record, database, function* () {
      yield* executeList(module.body, activation);
    }),
  );
  return activation.returnValue;
}

export function tableFunctionRows(record: ObjectRecord, database: Database, args: Value[], caller: Activation): Row[] {
  const module = moduleOf(record, "tableFunction");
  const activation = activate(record, database, args, module, caller);
  const table = createTableVariable(module.variable, module.table, activation);
  activation.tableVariables.set(module.variable.toLowerCase(), table);
  runStepsNow(
    runModule(activation, moduleDefinition(record).executeAs, record, database, function* () {
      yield* executeList(module.body, activation);
    }),
  );
  const view = { transaction: caller.transaction, isolation: "READ COMMITTED" as const, hints: {} };
  return [...table.scan(view)].map((stored) => [...stored.row]);
}
