// Writes arrow-rs-*.parquet with parquet-wasm (the Rust implementation): node arrow-rs.mjs, with parquet-wasm and apache-arrow installed.
import { writeFileSync } from 'node:fs'
import * as arrow from 'apache-arrow'
import * as wasm from 'parquet-wasm'
import { rows, rowCount, width, missing, formulas } from './values.mjs'

const types = {
  int8: new arrow.Int8(), uint8: new arrow.Uint8(), int16: new arrow.Int16(), uint16: new arrow.Uint16(), int32: new arrow.Int32(), uint32: new arrow.Uint32(),
  int64: new arrow.Int64(), uint64: new arrow.Uint64(), float: new arrow.Float32(), double: new arrow.Float64(), boolean: new arrow.Bool(),
  few: new arrow.Float64(), text: new arrow.Utf8(), timestamp: new arrow.TimestampMicrosecond(), float16: new arrow.Float16(),
}
const list = (nullableItem) => new arrow.FixedSizeList(width, new arrow.Field('item', new arrow.Float32(), nullableItem))
const halfBits = (x) => {
  if (x === 0) return 0
  const exponent = Math.floor(Math.log2(Math.abs(x)))
  return (x < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | Math.round((Math.abs(x) / 2 ** exponent - 1) * 1024)
}

function table(names) {
  const fields = []
  const children = []
  for (const full of names) {
    const optional = full.endsWith('_opt')
    const name = full.replace(/_opt|_items/g, '')
    let vector
    if (name === 'list' && full === 'list_items') {
      vector = arrow.vectorFromArray(rows('list').map((v, i) => v.map((x, j) => (missing(i + j) ? null : x))), list(true))
    } else if (name === 'list') {
      vector = arrow.vectorFromArray(rows('list', optional), list(false))
    } else if (name === 'timestamp') {
      const values = new BigInt64Array(rowCount).map((_, i) => formulas.timestamp(i))
      vector = arrow.makeVector({ type: types.timestamp, data: values })
    } else if (name === 'float16') {
      const values = new Uint16Array(rowCount).map((_, i) => halfBits(formulas.float16(i)))
      vector = arrow.makeVector({ type: types.float16, data: values })
    } else {
      vector = arrow.vectorFromArray(rows(name, optional), types[name])
    }
    fields.push(new arrow.Field(full, vector.type, optional))
    children.push(vector.data[0])
  }
  const schema = new arrow.Schema(fields)
  const data = arrow.makeData({ type: new arrow.Struct(fields), length: rowCount, children })
  return wasm.Table.fromIPCStream(arrow.tableToIPC(new arrow.Table(schema, new arrow.RecordBatch(schema, data)), 'stream'))
}

function write(file, names, configure) {
  const builder = configure(new wasm.WriterPropertiesBuilder().setWriteBatchSize(16).setMaxRowGroupSize(120))
  writeFileSync(new URL(`../arrow-rs-${file}.parquet`, import.meta.url), wasm.writeParquet(table(names), builder.build()))
}

const flat = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'float', 'double', 'boolean', 'few', 'text', 'timestamp', 'float16',
  'int32_opt', 'uint64_opt', 'float_opt', 'double_opt', 'boolean_opt', 'few_opt', 'text_opt']
const { Compression: C, Encoding: E, WriterVersion: V } = wasm
const small = (b) => b.setDataPageSizeLimit(200)
write('v1-plain', flat, (b) => b.setDataPageSizeLimit(400).setStatisticsEnabled(wasm.EnabledStatistics.None).setDictionaryEnabled(false).setCompression(C.UNCOMPRESSED).setWriterVersion(V.V1))
write('v1-dictionary-snappy', flat, (b) => small(b).setCompression(C.SNAPPY).setWriterVersion(V.V1))
write('v1-dictionary-fallback-zstd', flat, (b) => small(b).setDictionaryPageSizeLimit(100).setCompression(C.ZSTD).setWriterVersion(V.V1))
write('v1-plain-gzip', flat, (b) => b.setDictionaryEnabled(false).setCompression(C.GZIP).setWriterVersion(V.V1))
write('v2-dictionary-brotli', flat, (b) => b.setCompression(C.BROTLI).setWriterVersion(V.V2))
write('v2-plain-snappy', flat, (b) => small(b).setDictionaryEnabled(false).setCompression(C.SNAPPY).setWriterVersion(V.V2))
write('v2-dictionary-zstd', flat, (b) => b.setCompression(C.ZSTD).setWriterVersion(V.V2))
write('lz4', ['float', 'int32'], (b) => b.setCompression(C.LZ4_RAW))

const wholes = ['int8', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'int32_opt', 'uint64_opt', 'timestamp']
const reals = ['float', 'double', 'float_opt', 'double_opt', 'float16']
for (const [version, codec, name] of [[V.V1, C.UNCOMPRESSED, 'v1'], [V.V2, C.SNAPPY, 'v2-snappy']]) {
  write(`${name}-delta`, wholes, (b) => wholes.reduce((p, c) => p.setColumnEncoding(c, E.DELTA_BINARY_PACKED), small(b).setDictionaryEnabled(false)).setCompression(codec).setWriterVersion(version))
  const split = [...reals, 'int32', 'int64', 'int32_opt', 'uint32']
  write(`${name}-split`, split, (b) => split.reduce((p, c) => p.setColumnEncoding(c, E.BYTE_STREAM_SPLIT), small(b).setDictionaryEnabled(false)).setCompression(codec).setWriterVersion(version))
  const lists = ['list', 'list_opt', 'list_items', 'float']
  write(`${name}-lists`, lists, (b) => small(b).setDictionaryEnabled(false).setCompression(codec).setWriterVersion(version))
  write(`${name}-lists-dictionary`, lists, (b) => small(b).setCompression(codec).setWriterVersion(version))
}
const texts = ['text', 'text_opt']
write('v2-text-delta', [...texts, 'boolean', 'boolean_opt'], (b) => small(b).setDictionaryEnabled(false).setColumnEncoding('text', E.DELTA_BYTE_ARRAY).setColumnEncoding('text_opt', E.DELTA_LENGTH_BYTE_ARRAY)
  .setColumnEncoding('boolean', E.RLE).setColumnEncoding('boolean_opt', E.RLE).setCompression(C.UNCOMPRESSED).setWriterVersion(V.V2))
