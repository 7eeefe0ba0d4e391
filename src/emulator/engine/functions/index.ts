/** Loads the families of built-in functions; each registers itself. */
import "./dateArithmetic";
import "./dates";
import "./logical";
import "./math";
import "./random";
import "./stringFormatting";
import "./stringJoining";
import "./stringSearch";
import "./strings";
