import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Set-up scripts in the shape of the official ones, by file; what they say is this test's own. */
export type SetupTexts = Readonly<Record<string, string | Buffer>>;

const procedure = (name: string, parameters: string, body: string) => `if exists (select * from sys.objects
  where object_id = object_id(N'[dbo].[${name}]') and type = N'P')
  drop procedure [dbo].[${name}]
GO
CREATE PROCEDURE [dbo].[${name}] ${parameters}
AS
  ${body}
GO
GRANT EXECUTE ON [dbo].[${name}] TO BTS_BACKUP_USERS
GO
`;

const backup = "@seq nvarchar(128), @path nvarchar(3000), @BackupLocation nvarchar(4000) OUTPUT, @bCompression bit = 0";

/** The two files, with the official names only. */
export const officialOnly: SetupTexts = {
  "Backup_Setup_All_Tables.sql": `/* Run this script in each database
GO
to be marked. */
IF NOT EXISTS (SELECT * FROM sys.objects WHERE name = N'MarkLog' AND type = 'U')
  CREATE TABLE [dbo].[MarkLog] ([MarkName] nvarchar(128) NULL)
GO
`,
  "Backup_Setup_All_Procs.sql": `-- No users are added to this role: don't forget that.
if not exists (select * from sysusers where name = N'BTS_BACKUP_USERS')
  exec sp_addrole N'BTS_BACKUP_USERS'
GO -- the procedures follow
${procedure("sp_SetMark", "@name nvarchar(128)", "BEGIN TRAN @name INSERT [dbo].[MarkLog] VALUES (@name) COMMIT TRAN")}
${procedure("sp_SetMarkRemote", "@name nvarchar(128)", "BEGIN TRAN @name WITH MARK @name INSERT [dbo].[MarkLog] VALUES (@name) COMMIT TRAN")}
${procedure("sp_GetServerName", "@name sysname OUTPUT", "SET @name = CAST(SERVERPROPERTY('ServerName') AS sysname)")}
${procedure("sp_BackupBizTalkFull", backup, "PRINT N'a full of these tests: it''s not real'")}
${procedure("sp_BackupBizTalkLog", backup, "PRINT N'a log of these tests'")}
`,
};

/** The two files, with a procedure beside the official ones. */
export const officialLike: SetupTexts = {
  ...officialOnly,
  "Backup_Setup_All_Procs.sql": `${officialOnly["Backup_Setup_All_Procs.sql"]}${procedure("sp_OfTheirOwn", "", "RETURN 0")}
`,
};

/** Writes scripts into a folder; returns its path. */
export function writeSetupScripts(folder: string, texts: SetupTexts = officialLike): string {
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(texts)) writeFileSync(join(folder, file), text);
  return folder;
}
