// Photos to try with: real PNGs, each unlike the others.

import { deflateSync } from "node:zlib";

function crc(bytes) {
  let all = 0xffffffff;
  for (const byte of bytes) {
    all ^= byte;
    for (let bit = 0; bit < 8; bit += 1) all = (all >>> 1) ^ (all & 1 ? 0xedb88320 : 0);
  }
  return (all ^ 0xffffffff) >>> 0;
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, sum]);
}

/** A file for a form: a picture in shades of one colour. */
export function photo(name, { width = 640, height = 480, colour = [60, 120, 90] } = {}) {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * (1 + width * 3) + 1 + x * 3;
      const light = 0.5 + (x / width + y / height) / 2;
      colour.forEach((part, index) => (rows[at + index] = Math.min(255, part * light)));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return { name, mimeType: "image/png", buffer: Buffer.concat([signature, ...parts]) };
}
