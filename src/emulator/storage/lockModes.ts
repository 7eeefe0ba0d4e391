/** Lock modes as bits, and which of them conflict. */
import type { LockMode } from "../engine/errors";

const BIT: Record<LockMode, number> = { IS: 1, IX: 2, S: 4, U: 8, X: 16, SchS: 32, SchM: 64 };

const CONFLICTS: Record<LockMode, number> = {
  IS: BIT.X | BIT.SchM,
  IX: BIT.S | BIT.U | BIT.X | BIT.SchM,
  S: BIT.IX | BIT.X | BIT.SchM,
  U: BIT.IX | BIT.U | BIT.X | BIT.SchM,
  X: BIT.IS | BIT.IX | BIT.S | BIT.U | BIT.X | BIT.SchM,
  SchS: BIT.SchM,
  SchM: BIT.IS | BIT.IX | BIT.S | BIT.U | BIT.X | BIT.SchS | BIT.SchM,
};

/** What a mode already held makes unnecessary to ask for. */
const COVERS: Record<LockMode, number> = {
  IS: BIT.IS | BIT.IX | BIT.S | BIT.U | BIT.X | BIT.SchM,
  IX: BIT.IX | BIT.X | BIT.SchM,
  S: BIT.S | BIT.U | BIT.X | BIT.SchM,
  U: BIT.U | BIT.X | BIT.SchM,
  X: BIT.X | BIT.SchM,
  SchS: BIT.SchS | BIT.IS | BIT.IX | BIT.S | BIT.U | BIT.X | BIT.SchM,
  SchM: BIT.SchM,
};

/** A set of modes held by one owner on one resource. */
export type ModeSet = number;

export function withMode(held: ModeSet, mode: LockMode): ModeSet {
  return held | BIT[mode];
}

export function withoutMode(held: ModeSet, mode: LockMode): ModeSet {
  return held & ~BIT[mode];
}

export function covers(held: ModeSet, mode: LockMode): boolean {
  return (held & COVERS[mode]) !== 0;
}

export function conflicts(held: ModeSet, mode: LockMode): boolean {
  return (held & CONFLICTS[mode]) !== 0;
}

export function modesOf(held: ModeSet): LockMode[] {
  return (Object.keys(BIT) as LockMode[]).filter((mode) => (held & BIT[mode]) !== 0);
}
