/** What a CATCH block asks of its error, and of the transaction. */
import type { SqlMessage } from "../errors";
import { INT, nvarchar, SMALLINT } from "../types/systemTypes";
import type { SqlType, Value } from "../values";
import { type FunctionDefinition, registerFunctions } from "./registry";

function ofError(name: string, type: SqlType, read: (error: SqlMessage) => Value): FunctionDefinition {
  return {
    name,
    minArgs: 0,
    maxArgs: 0,
    volatile: true,
    resolve: () => type,
    evaluate: (_, { currentError }) => (currentError === null ? null : read(currentError)),
  };
}

registerFunctions([
  ofError("ERROR_NUMBER", INT, (error) => error.number),
  ofError("ERROR_SEVERITY", INT, (error) => error.class),
  ofError("ERROR_STATE", INT, (error) => error.state),
  ofError("ERROR_LINE", INT, (error) => error.line),
  ofError("ERROR_PROCEDURE", nvarchar(128), (error) => error.procedure || null),
  ofError("ERROR_MESSAGE", nvarchar(4000), (error) => error.message),
  {
    name: "XACT_STATE",
    minArgs: 0,
    maxArgs: 0,
    volatile: true,
    resolve: () => SMALLINT,
    evaluate: (_, { session }) => session.transactionState(),
  },
]);
