/** The tokens of job steps: `$(ESCAPE_SQUOTE(JOBID))`. */

export type TokenValues = Readonly<Record<string, string>>;

const ESCAPES: Record<string, (value: string) => string> = {
  ESCAPE_SQUOTE: (value) => value.replaceAll("'", "''"),
  ESCAPE_DQUOTE: (value) => value.replaceAll('"', '""'),
  ESCAPE_RBRACKET: (value) => value.replaceAll("]", "]]"),
  ESCAPE_NONE: (value) => value,
};

/** A token that there is not: the step does not start. */
export class UnknownToken extends Error {
  constructor(readonly token: string) {
    super(`Variable ${token} not found`);
  }
}

/** A token without one of the escape macros is no token any more, and is said to be unknown too. */
export function replaceTokens(command: string, values: TokenValues): string {
  return command.replace(
    /\$\((?:(ESCAPE_\w+)\((\w+)\)|(\w+))\)/g,
    (whole, macro: string | undefined, token: string | undefined, bare: string | undefined) => {
      if (bare !== undefined) {
        if (bare in values) throw new UnknownToken(bare);
        return whole;
      }
      const value = values[token ?? ""];
      const escaped = ESCAPES[macro ?? ""];
      if (value === undefined || !escaped) throw new UnknownToken(token ?? "");
      return escaped(value);
    },
  );
}
