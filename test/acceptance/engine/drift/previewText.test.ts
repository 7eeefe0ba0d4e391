import { printedSteps } from "./previewText";

test("what a preview prints is read with the old and the new value of every change", () => {
  const text = `Previewing update (dev):
~ pulumi:pulumi:Stack: (refresh)
    [urn=urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev]
    ~ pulumi-nodejs:dynamic/mssql-backup:CustomBackupDatabase: (refresh)
        [id=127.0.0.1,44701/joined]
        [urn=urn:pulumi:dev::shop::pulumi-nodejs:dynamic/mssql-backup:CustomBackupDatabase::joined]
        --outputs:--
      ~ findings        : {
          + joined: false
        }
    +-pulumi-nodejs:dynamic/mssql-backup:BackupJob: (replace)
        [id=127.0.0.1,44701/Mgmt/job]
        [urn=urn:pulumi:dev::shop::pulumi-nodejs:dynamic/mssql-backup:BackupJob::the job]
        adopt                       : false
      ~ agent                       : {
            connectionFile: "/etc/connection.json"
          ~ enabled       : false => true
          ~ steps         : [
              ~ [0]: "a => \\"b" => "c: d"
              - [1]: "gone"
                [2]: "same"
            ]
          - operator      : "night"
        }
      + logPath                     : "/logs"
        password                    : [secret]
Resources:
    ~ 8 to update`;
  expect(printedSteps(text)).toEqual([
    { operation: "refresh", resource: "shop-dev", changes: [] },
    { operation: "refresh", resource: "joined", changes: [{ path: "findings.joined", old: "", new: "false" }] },
    {
      operation: "replace",
      resource: "the job",
      changes: [
        { path: "agent.enabled", old: "false", new: "true" },
        { path: "agent.steps[0]", old: '"a => \\"b"', new: '"c: d"' },
        { path: "agent.steps[1]", old: '"gone"', new: "" },
        { path: "agent.operator", old: '"night"', new: "" },
        { path: "logPath", old: "", new: '"/logs"' },
      ],
    },
  ]);
});
