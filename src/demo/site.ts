import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

/** Where one demo takes place: its folder, the commands it runs and their environment. */
export interface DemoSite {
  /** A temporary folder that holds everything the demo makes. */
  readonly folder: string;
  /** Where both servers write backup files. */
  readonly backups: string;
  /** The script `mssql-backup`. */
  readonly command: string;
  /** The checkout, with the example that is deployed and its node_modules. */
  readonly checkout: string;
  /** The Pulumi engine. */
  readonly pulumi: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The demo cannot begin here. */
export class DemoUnavailableError extends Error {
  override readonly name = "DemoUnavailableError";
}

/**
 * Makes the demo's folder and its passwords, which live in the environment of its processes and nowhere else.
 *
 * @param command the script `mssql-backup`, in `dist/` of a checkout
 * @param outer the environment in which the demo was started
 */
export function prepareSite(command: string, outer: NodeJS.ProcessEnv): DemoSite {
  const script = realpathSync(command);
  const checkout = dirname(dirname(script));
  const example = join(checkout, "examples", "two-servers", "index.ts");
  if (!existsSync(example) || !existsSync(join(checkout, "node_modules"))) {
    throw new DemoUnavailableError(
      `The demo deploys examples/two-servers, which is not in ${checkout}. Clone the project and start: npm run demo`,
    );
  }
  const engine = engineFolder(outer);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "mssql-backup-demo-")));
  const backups = join(folder, "backups");
  mkdirSync(backups);
  return {
    folder,
    backups,
    command: script,
    checkout,
    pulumi: join(engine, pulumiFile),
    env: {
      ...withoutOwnSettings(outer),
      PATH: [dirname(process.execPath), engine, outer.PATH ?? ""].join(delimiter),
      SA_PASSWORD: newPassword(),
      BACKUP_RUNNER_PASSWORD: newPassword(),
      SHOP_PASSWORD: newPassword(),
    },
  };
}

const pulumiFile = process.platform === "win32" ? "pulumi.exe" : "pulumi";

/** The folder with the engine: the one that the project's set-up names, or the first on PATH. */
function engineFolder({ PULUMI_MSSQL_BACKUP_ENGINE: named, PATH = "" }: NodeJS.ProcessEnv): string {
  const folders = [...(named ? [named] : []), ...PATH.split(delimiter)];
  const folder = folders.find((each) => existsSync(join(each, pulumiFile)));
  if (folder !== undefined) return folder;
  throw new DemoUnavailableError(
    "There is no Pulumi engine on PATH. npm run demo, in a clone of the project, finds or makes one.",
  );
}

/** The user's own servers and stacks have nothing to do with the demo. */
function withoutOwnSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(MSSQL_BACKUP_|PULUMI_(?!MSSQL_BACKUP_ENGINE))/.test(name)),
  );
}

/** Long enough, and with every kind of character that a password policy asks for. */
function newPassword(): string {
  return `${randomBytes(15).toString("base64url")}-aA1`;
}
