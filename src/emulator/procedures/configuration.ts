/** sp_configure and RECONFIGURE. */
import { configurations } from "../catalog/configurations";
import { SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import { registerStatement } from "../engine/session/statements";
import type { Steps } from "../engine/session/steps";
import type { Server } from "../storage/server";
import { change, INT, optional, sendRows } from "./define";

type Configuration = ReturnType<typeof configurations>[number];

function stored(server: Server, { id, initial }: Configuration): { value: number; valueInUse: number } {
  return server.master.metadata.get("configuration", id) ?? { value: initial, valueInUse: initial };
}

function showsAdvanced(server: Server): boolean {
  return server.master.metadata.findOne("configuration", "show advanced options")?.valueInUse === 1;
}

/** An option may be named by any beginning that only it has. */
function named(text: string, server: Server): Configuration {
  const wanted = text.trim().toLowerCase();
  const all = [...configurations()].filter((c) => !c.advanced || showsAdvanced(server));
  const exact = all.find((c) => c.name.toLowerCase() === wanted);
  const matches = exact ? [exact] : all.filter((c) => c.name.toLowerCase().includes(wanted));
  const [only] = matches;
  if (!only)
    throw new SqlError(15123, `The configuration option '${text}' does not exist, or it may be an advanced option.`);
  if (matches.length > 1) throw new SqlError(15124, `The configuration option '${text}' is not unique.`);
  return only;
}

function show(chosen: Iterable<Configuration>, activation: Activation): void {
  const { server } = activation.session;
  const sorted = [...chosen].sort((a, b) => a.name.localeCompare(b.name, "en"));
  sendRows(
    activation,
    [
      ["name", { kind: "nvarchar", length: 35 }],
      ["minimum", INT],
      ["maximum", INT],
      ["config_value", INT],
      ["run_value", INT],
    ],
    sorted.map((c) => {
      const { value, valueInUse } = stored(server, c);
      return [c.name, c.minimum, c.maximum, value, valueInUse];
    }),
  );
}

function configure(option: Configuration, value: number, activation: Activation): void {
  const { session } = activation;
  const { server } = session;
  if (!session.security.hasServer("ALTER SETTINGS"))
    throw new SqlError(15247, "User does not have permission to perform this action.");
  if (session.transactions.count > 0)
    throw new SqlError(15002, "The procedure 'sys.sp_configure' cannot be executed within a transaction.");
  if (value < option.minimum || value > option.maximum) {
    throw new SqlError(15129, `'${value}' is not a valid value for configuration option '${option.name}'.`);
  }
  const former = stored(server, option);
  session.requireTransaction().putRecord(server.master, "configuration", option.id, {
    id: option.id,
    name: option.name,
    value,
    valueInUse: former.valueInUse,
  });
  activation.inform({
    number: 15457,
    message: `Configuration option '${option.name}' changed from ${former.value} to ${value}. Run the RECONFIGURE statement to install.`,
    state: 1,
    class: 0,
    procedure: "sp_configure",
    line: 0,
  });
}

export function registerConfiguration(): void {
  change(
    "sp_configure",
    [optional("@configname", { kind: "varchar", length: 35 }), optional("@configvalue", INT)],
    (args) => {
      const { activation } = args;
      const { server } = activation.session;
      const name = args.text("@configname");
      const value = args.number("@configvalue");
      if (name === undefined)
        show(
          [...configurations()].filter((c) => !c.advanced || showsAdvanced(server)),
          activation,
        );
      else if (value === undefined) show([named(name, server)], activation);
      else configure(named(name, server), value, activation);
      return 0;
    },
  );
  registerStatement("reconfigure", function* (_statement, activation): Steps<void> {
    const { session } = activation;
    const { server } = session;
    if (!session.security.hasServer("ALTER SETTINGS"))
      throw new SqlError(5812, "You do not have permission to run the RECONFIGURE statement.", 1, 14);
    if (session.transactions.count > 0)
      throw new SqlError(574, "RECONFIGURE statement cannot be used inside a user transaction.", 0);
    yield* session.inTransaction(activation, () =>
      session.runBody(activation, () => {
        for (const option of configurations()) {
          const record = server.master.metadata.get("configuration", option.id);
          if (!record || record.value === record.valueInUse || !option.dynamic) continue;
          session
            .requireTransaction()
            .putRecord(server.master, "configuration", option.id, { ...record, valueInUse: record.value });
        }
      }),
    );
    session.finishStatement(undefined, 0xfd, activation);
  });
}
