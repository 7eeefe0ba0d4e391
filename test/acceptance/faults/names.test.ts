import { quoteName } from "../../../src/sqlserver";
import { killLeftovers } from "../../support/command";
import { startTargets, type Targets } from "../../support/targets";
import { type BackupSet, deploySet, makeDatabases } from "./set";

/** Everything that a name may hold and that ends a quotation somewhere. */
const names = {
  management: `Mgmt ]'"; --[x`,
  control: [`it's "quoted" ]] twice`, `${"n".repeat(126)}] `.trim().padEnd(128, "]")],
  remote: ["with  spaces and.dots", "ünïçødé – 名前 %"],
  link: `RE]MOTE's "link"`,
  login: `run'ner ]"x`,
};

let targets: Targets;
let set: BackupSet;
beforeAll(async () => {
  targets = await startTargets();
  await makeDatabases(targets, names);
});
afterAll(async () => {
  set?.remove();
  await targets?.stop();
  await killLeftovers();
});

const places = () => [
  ...names.control.map((name) => [targets.control, name] as const),
  ...names.remote.map((name) => [targets.remote, name] as const),
];

test("names of 128 characters, with brackets, quotes and spaces, go through deployment, run, restore and destroy", async () => {
  expect(names.control[1]).toHaveLength(128);
  set = await deploySet(targets, names);

  const { code, result } = await set.run();
  expect({ code, findings: result.findings }).toEqual({ code: 0, findings: [] });
  const backedUp = result.members.filter((member) => member.full && member.log && member.markLsn);
  expect(backedUp.map(({ database }) => database).sort()).toEqual(
    [names.management, ...names.control, ...names.remote].sort(),
  );

  for (const [server, name] of places()) await server.run("DELETE FROM dbo.Note;", name);
  await targets.remote.run(`DROP DATABASE ${quoteName(names.remote[0] as string)};`);
  const restored = await set.restore("--to", "latest", "--replace");
  expect({ code: restored.code, findings: restored.result.findings }).toEqual({ code: 0, findings: [] });
  for (const [server, name] of places()) {
    expect(await server.rows("SELECT Text FROM dbo.Note;", name)).toEqual([{ Text: name }]);
  }

  await set.stack.destroy();
  for (const [server, name] of places()) {
    const left = await server.rows("SELECT name FROM sys.procedures UNION ALL SELECT name FROM sys.tables;", name);
    expect(left).toEqual([{ name: "Note" }]);
    await server.run(`DROP DATABASE ${quoteName(name)};`);
  }
}, 120_000);
