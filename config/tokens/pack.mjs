// Packs the merge ranks of an encoding into the file that is embedded in Gateway.Core (src/Gateway.Core/Tokens/VocabularyFile.cs reads it).
//
//   npm install js-tiktoken@1.0.21 --prefix DIR && node config/tokens/pack.mjs DIR/node_modules/js-tiktoken/dist/ranks
//
// A token of two bytes or more is written as the two earlier tokens it is made of: that is smaller than its bytes, and quicker to read back.
// Brotli of: count (u32, little-endian), 256 single bytes by rank, then for the left parts and for the right parts of the others the low,
// the middle and the high byte of every rank, each in a run of its own (like bytes lie together and compress).
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = process.argv[2];
const here = path.dirname(fileURLToPath(import.meta.url));
const singles = 256;

function tokensOf(ranks) {
  const tokens = [];
  for (const line of ranks.split('\n').filter(Boolean)) {
    const [, first, ...encoded] = line.split(' ');
    encoded.forEach((token, i) => { tokens[Number(first) + i] = Buffer.from(token, 'base64').toString('latin1'); });
  }
  return tokens;
}

/** Of all ways to cut the token in two known ones, the one whose later half is the earliest: both are older than the token itself. */
function halves(token, rank, rankOf) {
  let best;
  for (let at = 1; at < token.length; at++) {
    const left = rankOf.get(token.slice(0, at));
    const right = rankOf.get(token.slice(at));
    if (left === undefined || right === undefined) continue;
    const later = Math.max(left, right);
    if (later < rank && (best === undefined || later < best.later)) best = { later, left, right };
  }
  if (best === undefined) throw new Error(`token ${rank} is not made of two earlier ones`);
  return best;
}

function pack(tokens) {
  const rankOf = new Map(tokens.map((token, rank) => [token, rank]));
  if (rankOf.size !== tokens.length) throw new Error('a rank is missing or a token occurs twice');
  if (!tokens.every((token, rank) => (token.length === 1) === (rank < singles))) throw new Error('the first 256 are not the single bytes');
  const head = Buffer.alloc(4);
  head.writeUInt32LE(tokens.length);
  const cuts = tokens.slice(singles).map((token, i) => halves(token, i + singles, rankOf));
  const run = (half, shift) => Buffer.from(cuts.map(cut => (cut[half] >> shift) & 0xff));
  const runs = ['left', 'right'].flatMap(half => [0, 8, 16].map(shift => run(half, shift)));
  return Buffer.concat([head, Buffer.from(tokens.slice(0, singles).join(''), 'latin1'), ...runs]);
}

for (const name of ['o200k_base', 'cl100k_base']) {
  const { default: source } = await import(pathToFileURL(path.resolve(folder, `${name}.js`)));
  const packed = pack(tokensOf(source.bpe_ranks));
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
  const params = { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_LGWIN]: 22, [BROTLI_PARAM_SIZE_HINT]: packed.length };
  const compressed = zlib.brotliCompressSync(packed, { params });
  fs.writeFileSync(path.join(here, `${name}.bin.br`), compressed);
  console.log(`${name}: ${packed.length} bytes, ${compressed.length} compressed`);
}
