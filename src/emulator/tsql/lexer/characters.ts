const WORD_START = 1;
const WORD_PART = 2;
const DIGIT = 4;
const SPACE = 8;
const HEX = 16;

/** Classes of the ASCII characters: the lexer's inner loops read nothing else for most scripts. */
const ascii = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  let bits = 0;
  if (/[A-Za-z_#]/.test(character)) bits |= WORD_START | WORD_PART;
  if (/[0-9@$]/.test(character)) bits |= WORD_PART;
  if (/[0-9]/.test(character)) bits |= DIGIT;
  if (/[0-9A-Fa-f]/.test(character)) bits |= HEX;
  if (code <= 32) bits |= SPACE;
  ascii[code] = bits;
}

const letter = /\p{L}/u;
const wordPart = /[\p{L}\p{M}\p{Nd}\p{Pc}\p{Cf}\p{Cs}]/u;
const space = /[\s\u0085\u200b\ufeff]/u;

function has(code: number, bit: number): boolean {
  return ((ascii[code] as number) & bit) !== 0;
}

export function startsWord(code: number): boolean {
  return code < 128 ? has(code, WORD_START) : letter.test(String.fromCharCode(code));
}

export function continuesWord(code: number): boolean {
  return code < 128 ? has(code, WORD_PART) : wordPart.test(String.fromCharCode(code));
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isHexDigit(code: number): boolean {
  return code < 128 && has(code, HEX);
}

export function isSpace(code: number): boolean {
  return code < 128 ? has(code, SPACE) : space.test(String.fromCharCode(code));
}
