import { examine, runJob } from "../../../src/job";
import type { TopologyConnections } from "../../../src/objects/instances";
import * as backupUserLogin from "../../../src/providers/backupUserLogin";
import { closeServers } from "../../../src/providers/servers";
import { listPoints, type RestoreRequest, restore } from "../../../src/restore";
import { type ConnectionConfig, quoteName, quoteString } from "../../../src/sqlserver";
import { dropDatabase, makeWorld, type Place, type World } from "./world";

/**
 * What the runner's login needs, without sysadmin: with all of it every command works, and without any one of it some
 * command says what is missing. The table of docs/rights.md.
 */
describe("a login with the rights to back up and restore, and no more", () => {
  const loginName = "rights_runner";
  const password = "Rights-Runner-1";
  let world: World;
  let connections: TopologyConnections;
  const remove: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    world = await makeWorld();
    const { control } = world.connections;
    const authentication = { type: "sql", user: loginName, password } as const;
    connections = { ...world.connections, control: { ...control, authentication } };
    const [management, sales, ...others] = world.places.map(({ database }) => database);
    await makeLogin(control, [String(management), String(sales)]);
    await makeLogin(world.remoteConnection, others);
    await atControl(`EXEC sp_droplinkedsrvlogin @rmtsrvname = ${link()}, @locallogin = NULL; ${mapping()}`);
  });
  afterAll(async () => {
    // The login owns its copies, and could not go before them.
    for (const { server, database } of world.places) await dropDatabase(server, `${database}_copy`);
    for (const each of remove.reverse()) await each();
    await closeServers();
    await world.close();
  });

  const makeLogin = async (connection: ConnectionConfig, databases: readonly string[]) => {
    const program = { connection, loginName, password, checkPolicy: false, databases, rights: "backupAndRestore" };
    const { inputs, failures } = await backupUserLogin.check({}, program);
    expect(failures).toEqual([]);
    const { id, outs } = await backupUserLogin.create(inputs);
    remove.push(() => backupUserLogin.delete(id, outs));
  };
  const link = () => quoteString(world.remoteName);
  const mapping = () =>
    `EXEC sp_addlinkedsrvlogin ${link()}, 'false', ${quoteString(loginName)}, ${quoteString(loginName)}, ${quoteString(password)};`;
  const atControl = (text: string) => world.control.execute({ text });
  const execute = ({ server, database }: Pick<Place, "server" | "database">, text: string | (() => string)) =>
    server.execute({ text: typeof text === "string" ? text : text() }, { database });
  const told = (findings: readonly { message: string; hint?: string | undefined }[]) =>
    findings.map(({ message, hint }) => `${message} (${hint})`);

  const restoreLatest = (how: Pick<RestoreRequest, "rename">) =>
    restore({ connections, goal: { kind: "latest" }, planOnly: false, replace: true, ...how });

  const actions = {
    doctor: async () => told((await examine({ connections })).findings),
    run: async () => told((await runJob({ connections })).findings),
    points: async () => {
      const [newest] = await listPoints({ connections, limit: 1 });
      return newest?.members.flatMap(({ found }) => ("problem" in found ? [JSON.stringify(found)] : [])) ?? ["none"];
    },
    restore: async () => told((await restoreLatest({})).findings),
    "restore beside": async () => told((await restoreLatest({ rename: [{ from: "*", to: "*_copy" }] })).findings),
    "run and restore": async () => [...(await actions.run()), ...(await actions.restore())],
  };
  /** What an action complains of, thrown or found. */
  const complaints = async (action: keyof typeof actions) => {
    try {
      return (await actions[action]()).join("\n");
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  it.each(["doctor", "run", "run", "points", "restore", "run"] as const)("can carry out: %s", async (action) => {
    expect(await complaints(action)).toBe("");
  });

  it("restores beside what is there, but cannot give the copies to the login that owns the originals", async () => {
    const said = await complaints("restore beside");
    expect(said.split("\n")).toEqual(
      Array(world.places.length).fill(
        expect.stringMatching(/belongs to rights_runner now, who restored it; giving it back to \w+ takes IMPERSONATE/),
      ),
    );
  });

  type Where = "management" | "sales" | "stock" | "msdb" | "remote msdb" | "master" | "remote master";
  const placeOf = (where: Where): Pick<Place, "server" | "database"> => {
    const { places, control, remote } = world;
    if (where === "management") return places[0];
    if (where === "sales") return places[1];
    if (where === "stock") return places[2];
    return { server: where.startsWith("remote") ? remote : control, database: where.replace("remote ", "") };
  };
  const user = quoteName(loginName);

  type Text = string | (() => string);
  type Row = readonly [right: string, where: Where, take: Text, give: Text, action: keyof typeof actions, says: RegExp];
  const rows: readonly Row[] = [
    [
      "the role in the management database",
      "management",
      `ALTER ROLE BTS_BACKUP_USERS DROP MEMBER ${user};`,
      `ALTER ROLE BTS_BACKUP_USERS ADD MEMBER ${user};`,
      "run",
      /SELECT permission was denied on the object 'Job'.*\(error 229/,
    ],
    [
      "the role in a member",
      "stock",
      `ALTER ROLE BTS_BACKUP_USERS DROP MEMBER ${user};`,
      `ALTER ROLE BTS_BACKUP_USERS ADD MEMBER ${user};`,
      "doctor",
      /lacks sp_BackupBizTalkFull.*the login does not see them: make it a member of BTS_BACKUP_USERS/,
    ],
    [
      "a user in a member",
      "stock",
      `DENY CONNECT TO ${user};`,
      `GRANT CONNECT TO ${user};`,
      "doctor",
      /is not able to access the database "Stock_\w+".*the login has no user in the database/,
    ],
    [
      "BACKUP DATABASE",
      "management",
      `EXEC dbo.sp_ForceFullBackup; REVOKE BACKUP DATABASE FROM ${user};`,
      `GRANT BACKUP DATABASE TO ${user};`,
      "run",
      /BACKUP DATABASE permission denied.*the user also needs BACKUP DATABASE/,
    ],
    [
      "BACKUP LOG",
      "stock",
      `REVOKE BACKUP LOG FROM ${user};`,
      `GRANT BACKUP LOG TO ${user};`,
      "run",
      /BACKUP LOG permission denied.*the user also needs BACKUP DATABASE and BACKUP LOG/,
    ],
    ...(["backupset", "backupmediafamily", "logmarkhistory"] as const).flatMap((table) =>
      (["msdb", "remote msdb"] as const).map(
        (where): Row => [
          `SELECT on ${table} in ${where}`,
          where,
          `REVOKE SELECT ON dbo.${table} FROM ${user};`,
          `GRANT SELECT ON dbo.${table} TO ${user};`,
          "run",
          new RegExp(
            `SELECT permission was denied on the object '${table}', database 'msdb'.*BackupUserLogin's rights`,
          ),
        ],
      ),
    ),
    [
      "a mapping of the linked server",
      "master",
      () => `EXEC sp_droplinkedsrvlogin ${link()}, ${quoteString(loginName)};`,
      mapping,
      "doctor",
      /has no linked server .*no mapping of it is for this login/,
    ],
    [
      "dbcreator",
      "master",
      `ALTER SERVER ROLE dbcreator DROP MEMBER ${user};`,
      `ALTER SERVER ROLE dbcreator ADD MEMBER ${user};`,
      "restore",
      /CREATE DATABASE permission denied.*\(error 262[\s\S]*needs dbcreator/,
    ],
    [
      "dbcreator on the remote server",
      "remote master",
      `ALTER SERVER ROLE dbcreator DROP MEMBER ${user};`,
      `ALTER SERVER ROLE dbcreator ADD MEMBER ${user};`,
      "restore",
      /CREATE DATABASE permission denied.*\(error 262[\s\S]*needs dbcreator/,
    ],
    [
      "SELECT on MarkLog",
      "stock",
      "REVOKE SELECT ON dbo.MarkLog FROM BTS_BACKUP_USERS;",
      "GRANT SELECT ON dbo.MarkLog TO BTS_BACKUP_USERS;",
      "run and restore",
      /SELECT permission was denied on the object 'MarkLog'/,
    ],
  ];

  it.each(rows)("needs %s, and is told when it lacks it", async (_, where, take, give, action, says) => {
    const place = placeOf(where);
    await execute(place, take);
    const said = await complaints(action);
    await execute(place, give);
    expect(said).toMatch(says);
  });
});
