/** sp_prepare and its like: texts kept under a handle. */
import type { SqlType } from "../values";

export interface PreparedStatement {
  text: string;
  parameters: { name: string; type: SqlType; output: boolean }[];
}

export class PreparedStatements {
  private readonly statements = new Map<number, PreparedStatement>();
  private lastHandle = 0;

  add(statement: PreparedStatement): number {
    this.lastHandle++;
    this.statements.set(this.lastHandle, statement);
    return this.lastHandle;
  }

  get(handle: number): PreparedStatement | undefined {
    return this.statements.get(handle);
  }

  remove(handle: number): boolean {
    return this.statements.delete(handle);
  }

  clear(): void {
    this.statements.clear();
  }
}
