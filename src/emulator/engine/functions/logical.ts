/** COALESCE, ISNULL, NULLIF, CHOOSE: they evaluate only what they need. */
import { compileChoose, compileCoalesce, compileIsNull, compileNullIf } from "../expressions/caseExpressions";
import { registerFunctions } from "./registry";

registerFunctions([
  { name: "COALESCE", minArgs: 2, maxArgs: Number.POSITIVE_INFINITY, compile: compileCoalesce },
  { name: "ISNULL", minArgs: 2, maxArgs: 2, compile: compileIsNull },
  { name: "NULLIF", minArgs: 2, maxArgs: 2, compile: compileNullIf },
  { name: "CHOOSE", minArgs: 2, maxArgs: 254, compile: compileChoose },
]);
