import { type CallFailure, type DynamicProvider, type Properties, startDynamicProvider } from "./dynamicProvider";
import { checked, Managed } from "./managed";
import { catalogOf, startServers, type TestServers } from "./servers";

let servers: TestServers;
/** The engine's processes of two stacks. */
let stacks: [DynamicProvider, DynamicProvider];
let before: object;

beforeAll(async () => {
  servers = await startServers();
  stacks = [await startDynamicProvider(), await startDynamicProvider()];
  before = await catalogOf(servers.control);
});
afterAll(async () => {
  await Promise.all(stacks.map((stack) => stack.stop()));
  await servers.stop();
});
afterEach(async () => expect(await catalogOf(servers.control)).toEqual(before));

const inputs = (others: Properties = {}): Properties => ({
  connection: servers.control.connection,
  managementDatabase: "Mgmt",
  createDatabase: true,
  fullPath: "/backup",
  deleteHistory: true,
  ...others,
});
const agent = (name?: string) => ({ agent: { connectionFile: "/c.json", ...(name && { name }) } });
const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "nothing failed",
    (error: CallFailure) => error.message,
  );

test("two stacks that declare jobs at once both get theirs, in one management database", async () => {
  for (let round = 0; round < 3; round += 1) {
    const jobs = await Promise.all([
      Managed.create(stacks[0], "backupJob", inputs({ name: "First", ...agent("one") })),
      Managed.create(stacks[1], "backupJob", inputs({ name: "Second", compression: true, ...agent("two") })),
    ]);
    for (const job of jobs) expect(await job.refresh()).toEqual({});
    expect(
      await servers.control.rows("SELECT JobName AS name FROM mssql_backup.Job ORDER BY JobName;", "Mgmt"),
    ).toEqual([{ name: "First" }, { name: "Second" }]);
    await Promise.all(jobs.map((job) => job.delete()));
    expect(await catalogOf(servers.control)).toEqual(before);
  }
});

test("of two stacks that declare a job of one name at once, one is told that it exists and takes nothing away", async () => {
  for (let round = 0; round < 3; round += 1) {
    const both = await Promise.allSettled(
      stacks.map(async (stack, index) => {
        const news = await checked(stack, "backupJob", inputs({ fullPath: `/backup/${index}`, ...agent() }));
        return { news, ...(await stack.create(news)) };
      }),
    );
    const refused = both.filter((each) => each.status === "rejected").map(({ reason }) => reason as CallFailure);
    const [made, ...others] = both.filter((each) => each.status === "fulfilled").map(({ value }) => value);
    expect({ refused: refused.length, others }).toEqual({ refused: 1, others: [] });
    expect(refused[0]?.message).toMatch(/exists already .*adopt: true/);
    expect(refused[0]?.partial).toBeUndefined();
    const { id = "", outs = {} } = made ?? {};
    const { props } = await stacks[0].read(id, outs);
    expect(props).toMatchObject({ fullPath: outs.fullPath, findings: {} });
    await stacks[0].delete(id, outs);
    expect(await catalogOf(servers.control)).toEqual(before);
  }
});

test("a job that comes while the last one leaves finds everything that it needs", async () => {
  for (let round = 0; round < 3; round += 1) {
    const first = await Managed.create(stacks[0], "backupJob", inputs({ name: "First", deleteHistory: false }));
    const [second] = await Promise.all([
      Managed.create(stacks[1], "backupJob", inputs({ name: "Second" })),
      first.delete(),
    ]);
    expect(await second.refresh()).toEqual({});
    await second.delete();
    expect(await catalogOf(servers.control)).toEqual(before);
  }
});

describe("beside the job of another stack", () => {
  let first: Managed;
  beforeAll(async () => {
    first = await Managed.create(stacks[0], "backupJob", inputs({ name: "First", ...agent() }));
    before = await catalogOf(servers.control);
  });
  afterAll(async () => first.delete());

  test("a job of the same name is refused, and says how to take it over", async () => {
    expect(await messageOf(Managed.create(stacks[1], "backupJob", inputs({ name: "first" })))).toMatch(
      /The job first exists already in Mgmt .*adopt: true.*another name/,
    );
  });

  test.each([false, true])("an Agent job of the default name is refused, with adopt: %s", async (adopt) => {
    const message = await messageOf(
      Managed.create(stacks[1], "backupJob", inputs({ name: "Second", adopt, ...agent() })),
    );
    expect(message).toMatch(
      /The Agent job Backup SQL Server \(Mgmt\) exists already .* carries out the job First of Mgmt\. .*agent: \{ name: … \}/,
    );
  });

  test("a rename to its name is refused", async () => {
    const second = await Managed.create(stacks[1], "backupJob", inputs({ name: "Second" }));
    expect(await messageOf(second.update({ ...second.inputs, name: "First" }))).toMatch(/The job First exists already/);
    await second.delete();
  });

  test("what one does to the set-up is no drift of the other, nor does its settings change theirs", async () => {
    const second = await Managed.create(
      stacks[1],
      "backupJob",
      inputs({ name: "Second", compression: true, stripes: 2 }),
    );
    expect(await first.refresh()).toEqual({});
    await second.update({ ...second.inputs, frequency: "w", fullPath: "/elsewhere" });
    expect(await first.refresh()).toEqual({});
    expect(await first.diff()).toMatchObject({ changes: "none" });
    await second.delete();
    expect(await first.refresh()).toEqual({});
  });

  test("a newer version of the set-up is no drift, and stays", async () => {
    const newer =
      "ALTER PROCEDURE dbo.sp_SetMark @name nvarchar(128) AS -- mssql-backup member procedure, version 99\nRETURN 0;";
    await servers.control.run(newer, "Mgmt");
    expect(await first.refresh()).toEqual({});
    await first.update({ ...first.inputs, frequency: "w" });
    await first.update({ ...first.inputs, frequency: "d" });
    expect(
      await servers.control.rows("SELECT OBJECT_DEFINITION(OBJECT_ID(N'dbo.sp_SetMark')) AS text;", "Mgmt"),
    ).toEqual([{ text: expect.stringContaining("version 99") }]);
    await servers.control.run("DROP PROCEDURE dbo.sp_SetMark;", "Mgmt");
    await first.update({ ...first.inputs });
  });
});
