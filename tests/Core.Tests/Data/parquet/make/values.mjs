// What every test file holds: 200 rows, each column a formula of the row number, which ParquetSamples.cs repeats.
export const rowCount = 200
export const width = 4
export const missing = (i) => i % 5 === 1
export const formulas = {
  int8: (i) => (i % 256) - 128,
  uint8: (i) => i % 256,
  int16: (i) => i * 100 - 10000,
  uint16: (i) => 65535 - i,
  int32: (i) => i * 1000003 - 100000000,
  uint32: (i) => 4294967295 - i,
  int64: (i) => 1700000000000000n + 60000000n * BigInt(i),
  uint64: (i) => 18446744073709551615n - 4096n * BigInt(i),
  float: (i) => i * 0.25 - 20,
  double: (i) => i / 3,
  boolean: (i) => i % 3 === 0,
  few: (i) => (i % 6) * 1.5,
  text: (i) => `name ${i % 7}`,
  date: (i) => 18000 + i,
  timestamp: (i) => 1700000000000000n + 1000000n * BigInt(i),
  float16: (i) => (i % 100) * 0.5 - 10,
  decimal: (i) => i * 101 - 5000,
  list: (i) => [0, 1, 2, 3].map((j) => i + j * 0.5),
}
export const rows = (name, optional) =>
  Array.from({ length: rowCount }, (_, i) => (optional && missing(i) ? null : formulas[name](i)))
