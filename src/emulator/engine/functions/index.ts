/** Loads the families of built-in functions; each registers itself. */
import "./logical";
