/** Loads the families of built-in functions; each registers itself. */
import "./conversionFunctions";
import "./dateArithmetic";
import "./dates";
import "./errors";
import "./format";
import "./globalVariables";
import "./hashing";
import "./json";
import "./logical";
import "./math";
import "./random";
import "./serverProperties";
import "./sessionFunctions";
import "./stringFormatting";
import "./stringJoining";
import "./stringSearch";
import "./strings";
